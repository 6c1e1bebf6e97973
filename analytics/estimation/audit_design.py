"""What audits buy: how to share them between strata, and the interval that a number of them will give."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.estimation.difference import Vector
from analytics.estimation.intervals import t_quantile


def allocate(
    weights: Vector, sds: Vector, n: int, floor: int = 10, sizes: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Neyman allocation: n_h proportional to W_h S_h, at least `floor` each, never more than the stratum has.

    Args:
        weights: (H,) share of the cases in each stratum; need not add up to 1.
        sds: (H,) standard deviation of y - f in each stratum, from past weeks; all 0 counts as all equal.
        n: audits in total; where it cannot pay the floors, every stratum gets its floor all the same.
        floor: least audits of a stratum.
        sizes: (H,) cases per stratum; None: unlimited.

    Returns:
        (H,) whole numbers; they add up to n where floors and sizes allow. Ties go to the first stratum.

    Source: Neyman 1934, JRSS 97:558; Cochran 1977, Sampling Techniques, 5.5; rounding by largest remainders.
    """
    limit = np.full(len(weights), n) if sizes is None else np.asarray(sizes)
    least = np.minimum(floor, limit)
    pull = np.asarray(weights, dtype=float) * (np.asarray(sds, dtype=float) if np.any(sds) else 1.0)
    given = least.astype(np.int64)
    # who is at the floor or at the limit is settled; what is left goes to the others by their pull
    ideal = _water(pull, float(max(n, int(given.sum()))), least.astype(float), limit.astype(float))
    given = np.floor(ideal + 1e-9).astype(np.int64)
    missing = round(float(ideal.sum())) - int(given.sum())
    order = np.argsort(-(ideal - given), kind="stable")
    given[order[:missing]] += 1
    return given


def expected_half_width(
    weights: Vector, sds: Vector, n: int, *, floor: int = 10, sizes: NDArray[np.int64] | None = None
) -> float:
    """Half of the 95 % interval that n audits of one week will give, allocated by `allocate`.

    t sqrt( sum_h W_h^2 (1 - n_h / N_h) S_h^2 / n_h ), with W_h scaled to 1 and t of n - H degrees of freedom.
    """
    share = np.asarray(weights, dtype=float) / np.sum(weights)
    counts = allocate(weights, sds, n, floor, sizes)
    sampled = np.zeros(len(share)) if sizes is None else counts / np.maximum(sizes, 1)
    variance = float(np.sum(share**2 * (1 - sampled) * np.asarray(sds) ** 2 / np.maximum(counts, 1)))
    return t_quantile(float(max(counts.sum() - len(share), 1))) * sqrt(variance)


def audits_for_half_width(weights: Vector, sds: Vector, half_width: float) -> int:
    """Audits of one week that give a half-width d under Neyman allocation: z^2 (sum_h W_h S_h)^2 / d^2."""
    share = np.asarray(weights, dtype=float) / np.sum(weights)
    return int(np.ceil((t_quantile(float("inf")) * float(np.sum(share * sds)) / half_width) ** 2))


def _water(pull: Vector, total: float, low: Vector, high: Vector) -> Vector:
    """Numbers in proportion to `pull`, each cut to low..high, that add up to `total` if that is possible."""
    total = min(total, float(high.sum()))
    small, large = 0.0, 1.0
    while float(np.clip(pull * large, low, high).sum()) < total and large < 1e18:
        large *= 2
    for _ in range(200):
        middle = (small + large) / 2
        small, large = (middle, large) if np.clip(pull * middle, low, high).sum() < total else (small, middle)
    found = np.clip(pull * large, low, high)
    # strata without any pull take what the others cannot
    return found + (total - found.sum()) * (room / room.sum()) if (room := high - found).sum() > 0 else found
