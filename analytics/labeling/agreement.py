"""How well labels agree with people's: pure functions; a figure that cannot be computed is None, never 0.

Everywhere the truth comes first and the labeler's answer second.
"""

from collections.abc import Sequence
from math import fsum, sqrt
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CONFIDENCE = 0.95
_MIN_LABELS = 2


class Estimate(Struct, frozen=True):
    """A figure with its confidence interval and the number of cases behind it."""

    value: float
    low: float
    high: float
    n: int


class Confusion(Struct, frozen=True):
    """Counts of truth (rows) by answer (columns); both run over `labels`. Weighted cases have weighted counts."""

    labels: tuple[str, ...]
    counts: Floats

    @property
    def n(self) -> int:
        """All cases; rounded where they are weighted."""
        return round(float(self.counts.sum()))


def confusion(truth: Sequence[str], answers: Sequence[str], weights: Sequence[float] | None = None) -> Confusion:
    """Count truth by answer over all labels that occur on either side, in alphabetical order.

    Weights are scaled to sum to Kish's effective number of cases, (sum w)^2 / sum w^2, which is the number that
    intervals go by: L. Kish, "Survey Sampling" (1965), 11.7. Equal weights are as good as none.
    """
    labels = tuple(sorted({*truth, *answers}))
    place = {label: at for at, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)))
    scaled = [1.0] * len(truth) if weights is None else _scaled(weights)
    for true, answer, weight in zip(truth, answers, scaled, strict=True):
        counts[place[true], place[answer]] += weight
    return Confusion(labels=labels, counts=counts)


def accuracy(table: Confusion) -> Estimate | None:
    """Share of cases where the answer is the truth, with its Wilson interval."""
    return wilson(float(np.trace(table.counts)), float(table.counts.sum()))


def majority_share(table: Confusion) -> float | None:
    """Accuracy of always answering the most frequent truth: what any labeler has to beat."""
    return float(table.counts.sum(axis=1).max() / table.n) if table.n else None


def macro_f1(table: Confusion, confidence: float = _CONFIDENCE) -> Estimate | None:
    """Unweighted mean over the labels of F1 = 2 TP / (2 TP + FP + FN); a label that is never hit counts as 0.

    Its large-sample interval is by the delta method, with s_k = row share k + column share k and slopes
    g_ij = (2 [i = j] - F1_i) / s_i - F1_j / s_j, over the number of labels: Takahashi, Yamamoto, Kuchiba and Koyama,
    "Confidence interval for micro-averaged F1 and macro-averaged F1 scores", Applied Intelligence 52 (2022) 4961-4972.
    Where all cases agree that has no width; then the lower limit is the mean of Wilson's, label by label.
    """
    size = float(table.counts.sum())
    if not size:
        return None
    shares = table.counts / size
    sums = shares.sum(axis=0) + shares.sum(axis=1)
    scores = 2 * np.diag(shares) / sums
    value = float(np.mean(scores))
    if _agrees(table):
        limits = [limit.low for hits in np.diag(table.counts) if (limit := wilson(hits, hits, confidence))]
        return Estimate(value, float(np.mean(limits)), 1.0, table.n)
    relative = scores / sums
    slopes = (np.diag(2 / sums) - relative[:, None] - relative[None, :]) / len(scores)
    return _around(value, shares, slopes, table, confidence, (0.0, 1.0))


def cohen_kappa(table: Confusion, confidence: float = _CONFIDENCE) -> Estimate | None:
    """Cohen's kappa with its large-sample interval; None where chance alone would agree always.

    kappa = (po - pe) / (1 - pe), with po the observed agreement and pe = sum of row share x column share.
    Its variance by the delta method, with p the cell shares and
    g_ij = ([i = j] (1 - pe) - (column share i + row share j) (1 - po)) / (1 - pe)^2,
    is (sum p g^2 - (sum p g)^2) / n: the formula of Fleiss, Cohen and Everitt, "Large sample standard errors of
    kappa and weighted kappa", Psychological Bulletin 72 (1969) 323-327. It is an approximation for large n. Where all
    cases agree it has no width; then the lower limit is kappa at Wilson's lower limit of po.
    """
    size = float(table.counts.sum())
    if not size:
        return None
    shares = table.counts / size
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, by_chance = float(np.trace(shares)), float(rows @ columns)
    if len(table.labels) < _MIN_LABELS or by_chance >= 1.0:
        return None
    kappa = (observed - by_chance) / (1.0 - by_chance)
    agreed = wilson(size, size, confidence)
    if _agrees(table) and agreed is not None:
        return Estimate(1.0, max(-1.0, (agreed.low - by_chance) / (1.0 - by_chance)), 1.0, table.n)
    slopes = np.eye(len(rows)) * (1.0 - by_chance) - (columns[:, None] + rows[None, :]) * (1.0 - observed)
    return _around(kappa, shares, slopes / (1.0 - by_chance) ** 2, table, confidence, (-1.0, 1.0))


def sensitivity(table: Confusion, positive: str) -> Estimate | None:
    """Share of the truly positive cases that were answered so, with its Wilson interval."""
    return _share_of(table, [label == positive for label in table.labels])


def specificity(table: Confusion, positive: str) -> Estimate | None:
    """Share of the truly other cases that were not answered `positive`, with its Wilson interval."""
    return _share_of(table, [label != positive for label in table.labels])


def wilson(hits: float, n: float, confidence: float = _CONFIDENCE) -> Estimate | None:
    """A share with Wilson's score interval; None without cases.

    Centre (h + z^2 / 2) / (n + z^2), half width z / (n + z^2) sqrt(h (n - h) / n + z^2 / 4): E. B. Wilson, "Probable
    inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212.
    """
    if not n:
        return None
    z = _quantile(confidence)
    centre = (hits + z * z / 2) / (n + z * z)
    half_width = z / (n + z * z) * sqrt(hits * (n - hits) / n + z * z / 4)
    share = hits / n
    # At 0 and n hits a limit is the share itself; rounding must not put it on the wrong side.
    low, high = min(share, centre - half_width), max(share, centre + half_width)
    return Estimate(share, max(0.0, low), min(1.0, high), round(n))


def _share_of(table: Confusion, kept: Sequence[bool]) -> Estimate | None:
    rows = table.counts[np.array(kept, dtype=bool)]
    return wilson(float(rows[:, np.array(kept, dtype=bool)].sum()), float(rows.sum()))


def _agrees(table: Confusion) -> bool:
    """Whether no case lies off the diagonal."""
    return bool(np.count_nonzero(table.counts) == np.count_nonzero(np.diag(table.counts)))


def _around(
    value: float, shares: Floats, slopes: Floats, table: Confusion, confidence: float, bounds: tuple[float, float]
) -> Estimate:
    """A function of the cell shares with its delta-method interval, cut at its bounds."""
    variance = float((shares * slopes**2).sum() - (shares * slopes).sum() ** 2) / float(table.counts.sum())
    half_width = _quantile(confidence) * sqrt(max(0.0, variance))
    return Estimate(value, max(bounds[0], value - half_width), min(bounds[1], value + half_width), table.n)


def _scaled(weights: Sequence[float]) -> list[float]:
    total, squares = fsum(weights), fsum(weight * weight for weight in weights)
    return [weight * total / squares for weight in weights]


def _quantile(confidence: float) -> float:
    return NormalDist().inv_cdf((1.0 + confidence) / 2.0)
