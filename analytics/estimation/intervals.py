"""95 % intervals of a share."""

from math import exp, inf, isinf, log, sqrt

from scipy.stats import norm, t

CONFIDENCE = 0.95
Z = float(norm.ppf(0.5 + CONFIDENCE / 2))


def wilson(k: float, n: float) -> tuple[float, float]:
    """Wilson score interval of k successes in n trials; n may be an effective number.

    Source: Wilson 1927, JASA 22:209.

    Raises:
        ValueError: n is not positive or k lies outside 0 to n.
    """
    if n <= 0 or not 0 <= k <= n:
        msg = f"{k} successes in {n} trials"
        raise ValueError(msg)
    half = Z * sqrt(max(k * (n - k) / n + Z * Z / 4, 0.0))
    middle, whole = k + Z * Z / 2, n + Z * Z
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def logit_interval(value: float, se: float, df: float = inf) -> tuple[float, float]:
    """expit(logit(value) +- t_df se / (value (1 - value))): never leaves 0 to 1 and is skewed as a share is.

    Source: Brown, Cai, DasGupta 2001, Statistical Science 16:101 (logit interval); t instead of z for small audits.
    At 0 or 1, where the logit does not exist, value +- t se is cut to 0 to 1.
    """
    quantile = t_quantile(df)
    if not 0 < value < 1:
        return max(0.0, value - quantile * se), min(1.0, value + quantile * se)
    middle, half = log(value / (1 - value)), quantile * se / (value * (1 - value))
    return _expit(middle - half), _expit(middle + half)


def t_quantile(df: float) -> float:
    """The two-sided 95 % quantile of Student's t."""
    return Z if isinf(df) else float(t.ppf(0.5 + CONFIDENCE / 2, max(df, 1.0)))


def _expit(x: float) -> float:
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))
