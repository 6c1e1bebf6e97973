"""The difference estimator: the mean of the labels of all cases, plus what a random audit says they are off by."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.estimation.estimate import Estimate, Refusal

Vector = NDArray[np.float64]
#: A slope above this is chance; labels never understate a movement that much.
MAX_SLOPE = 1.5
#: Strata with fewer audits share one slope and, in a weighted sample, one mean.
MIN_STRATUM = 10


def slope(y: Vector, f: Vector, weight: Vector | None = None) -> float:
    """The slope lambda = Cov(y, f) / Var(f), cut to 0 to 1.5; 0 where f does not vary.

    Shapes: y, f, weight (n,). Source: Angelopoulos, Duchi, Zrnic 2023, PPI++, arXiv 2311.01453 (without its factor
    1 + n / N, since the mean of f is over all cases and not over an independent sample).
    """
    weight = np.ones_like(y) if weight is None else weight
    total = ordered_sum(weight)
    if total <= 0:
        return 0.0
    mean_y, mean_f = ordered_sum(weight * y) / total, ordered_sum(weight * f) / total
    spread = ordered_sum(weight * (f - mean_f) ** 2)
    covariance = ordered_sum(weight * (y - mean_y) * (f - mean_f))
    return min(MAX_SLOPE, max(0.0, covariance / spread)) if spread > 0 else 0.0


def stratified_difference(
    y: Vector,
    f: Vector,
    stratum: NDArray[np.int64],
    sizes: Vector,
    means: Vector,
    *,
    slopes: Vector | float | None = None,
    variances: Vector | None = None,
) -> Estimate | Refusal:
    """Stratified difference (regression) estimator of a mean, with the finite population factor.

    theta = sum_h W_h [ lambda_h mean_{U_h} f + mean_{s_h} (y - lambda_h f) ],  W_h = N_h / N
    Var   = sum_h W_h^2 (1 - n_h / N_h) S^2_{s_h}(y - lambda_h f) / n_h          this week's real share
    Var   = sum_h W_h^2 [ S^2_{s_h}(y - lambda_h f) / n_h + lambda_h^2 S^2_{U_h}(f) / N_h ]   with `variances`:
            weeks as samples of a process, for comparisons.

    Args:
        y: (n,) audited truth, 0 to 1.
        f: (n,) label of the same cases, 0 to 1.
        stratum: (n,) number of each case's stratum, 0 to H - 1.
        sizes: (H,) cases per stratum, N_h.
        means: (H,) mean label of all cases of a stratum.
        slopes: lambda, given; else estimated over all strata together (1 is PPI, 0 the audit alone).
        variances: (H,) variance of the labels of all cases of a stratum; asks for the process variance.

    Source: Cochran 1977, Sampling Techniques, 7.10; Angelopoulos et al. 2023, Science 382:669 (prediction-powered).
    S^2 takes ddof 2 where lambda is estimated, else 1.
    """
    counts = np.bincount(stratum, minlength=len(sizes))
    if counts.min(initial=2) < 2:
        return Refusal("a stratum has fewer than 2 audits: merge it", len(y))
    given = slopes is not None
    lam = np.broadcast_to(np.asarray(slopes if given else slope(y, f), dtype=float), (len(sizes),))
    ddof = 1 if given else 2
    share = sizes / ordered_sum(sizes)
    value, variance = 0.0, 0.0
    for h in range(len(sizes)):
        residual = y[stratum == h] - lam[h] * f[stratum == h]
        n, mean = len(residual), ordered_sum(residual) / len(residual)
        spread = ordered_sum((residual - mean) ** 2) / max(n - ddof, 1)
        value += share[h] * (lam[h] * means[h] + mean)
        if variances is None:
            variance += share[h] ** 2 * (1 - n / sizes[h]) * spread / n
        else:
            variance += share[h] ** 2 * (spread / n + lam[h] ** 2 * variances[h] / sizes[h])
    return Estimate(min(1.0, max(0.0, float(value))), sqrt(variance), len(y), len(y) - len(sizes))


def ordered_sum(values: Vector) -> float:
    """A sum that does not depend on the order of the values, to the bit."""
    return float(np.sort(values).sum())
