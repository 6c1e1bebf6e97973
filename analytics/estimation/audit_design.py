"""How many cases to audit of which stratum, and what a sample size buys: pure functions on numpy arrays."""

import heapq
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

#: At least this many cases of each stratum, or the whole stratum: below it a variance is a guess.
FLOOR = 10
#: What the predicted variance of a stratum weighs beside audited cases of past weeks.
PRIOR_CASES = 10
_Z = 1.959963984540054
_SMALLEST_SD = 1e-6  # without any spread the rest is shared out by size


def allocate(weights: Counts, sds: Floats, n: int, floor: int = FLOOR) -> Counts:
    """Cases to draw of each stratum, so that the variance of the stratified estimate is the smallest.

    Neyman's allocation (n_h in proportion to N_h S_h) in whole numbers: after the floors, case after case goes to the
    stratum with the greatest N_h S_h / sqrt(n_h (n_h + 1)), which is exactly optimal: T. Wright, "The equivalence of
    Neyman optimum allocation for sampling and equal proportions for apportioning the U.S. House of Representatives",
    The American Statistician 66 (2012) 217-224.

    Args:
        weights: cases N_h in each stratum, shape (H,).
        sds: standard deviations S_h of what is estimated within each stratum, shape (H,).
        n: cases to draw in all; more than there are draws all.
        floor: at least this many of each stratum, or the whole stratum.

    Raises:
        ValueError: n is below the sum of the floors.
    """
    drawn = np.minimum(weights, floor).astype(np.int64)
    left = min(n, int(weights.sum())) - int(drawn.sum())
    if left < 0:
        msg = f"{n} cases are too few for at least {floor} of each of {len(weights)} strata"
        raise ValueError(msg)
    gain = weights * np.maximum(sds, _SMALLEST_SD)
    queue = [(-_priority(gain[h], drawn[h]), h) for h in range(len(weights)) if drawn[h] < weights[h]]
    heapq.heapify(queue)
    for _ in range(left):
        _, h = heapq.heappop(queue)
        drawn[h] += 1
        if drawn[h] < weights[h]:
            heapq.heappush(queue, (-_priority(gain[h], drawn[h]), h))
    return drawn


def _priority(gain: float, drawn: int) -> float:
    return float(gain) / sqrt(drawn * (drawn + 1)) if drawn else float("inf")


def expected_half_width(weights: Counts, sds: Floats, drawn: Counts, weeks: int = 1) -> float:
    """Expected half width of the 95 % interval of the difference estimator, as a share (0 to 1).

    1.96 sqrt(sum_h W_h^2 (1 - n_h / N_h) S_h^2 / n_h / weeks), W_h = N_h / N: Cochran, Sampling Techniques (1977), 5.6.

    Args:
        weights: cases N_h in each stratum, shape (H,).
        sds: standard deviations of audited less predicted value within each stratum, shape (H,).
        drawn: audited cases n_h of each stratum, shape (H,).
        weeks: number of equal weekly audits that are pooled.
    """
    shares = weights / weights.sum()
    unseen = 1 - drawn / weights
    return _Z * sqrt(float((shares**2 * unseen * sds**2 / np.maximum(drawn, 1)).sum()) / weeks)


def expected_sd(predicted_variance: float, errors: Floats) -> float:
    """Standard deviation of audited less predicted value that is to be expected in a stratum.

    The variance of past errors and the one that the probabilities claim, mean p (1 - p), weighted by the number of
    audited cases and by `PRIOR_CASES`; without past audits it is the claimed one alone.

    Args:
        predicted_variance: mean of p (1 - p) over the stratum.
        errors: audited (0 or 1) less predicted value of past audited cases, shape (n,).
    """
    seen = len(errors) * float(np.var(errors)) if len(errors) else 0.0
    return sqrt((seen + PRIOR_CASES * predicted_variance) / (len(errors) + PRIOR_CASES))
