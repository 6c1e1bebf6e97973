"""How well labels agree with people's: pure functions; a figure that cannot be computed is None, never 0.

Everywhere the truth comes first and the labeler's answer second.
"""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

_CONFIDENCE = 0.95


class Estimate(Struct, frozen=True):
    """A figure with its confidence interval and the number of cases behind it."""

    value: float
    low: float
    high: float
    n: int


class Confusion(Struct, frozen=True):
    """Counts of truth (rows) by answer (columns); both run over `labels`."""

    labels: tuple[str, ...]
    counts: NDArray[np.int64]

    @property
    def n(self) -> int:
        """All cases."""
        return int(self.counts.sum())


def confusion(truth: Sequence[str], answers: Sequence[str]) -> Confusion:
    """Count truth by answer over all labels that occur on either side, in alphabetical order."""
    labels = tuple(sorted({*truth, *answers}))
    place = {label: at for at, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for true, answer in zip(truth, answers, strict=True):
        counts[place[true], place[answer]] += 1
    return Confusion(labels=labels, counts=counts)


def accuracy(table: Confusion) -> Estimate | None:
    """Share of cases where the answer is the truth, with its Wilson interval."""
    return wilson(int(np.trace(table.counts)), table.n)


def majority_share(table: Confusion) -> float | None:
    """Accuracy of always answering the most frequent truth: what any labeler has to beat."""
    return float(table.counts.sum(axis=1).max() / table.n) if table.n else None


def macro_f1(table: Confusion) -> float | None:
    """Unweighted mean over the labels of F1 = 2 TP / (2 TP + FP + FN); a label that is never hit counts as 0."""
    if not table.n:
        return None
    hits = np.diag(table.counts)
    return float(np.mean(2 * hits / (table.counts.sum(axis=0) + table.counts.sum(axis=1))))


def cohen_kappa(table: Confusion, confidence: float = _CONFIDENCE) -> Estimate | None:
    """Cohen's kappa with its large-sample interval; None where chance alone would agree always.

    kappa = (po - pe) / (1 - pe), with po the observed agreement and pe = sum of row share x column share.
    Its variance by the delta method, with p the cell shares and
    g_ij = ([i = j] (1 - pe) - (column share i + row share j) (1 - po)) / (1 - pe)^2,
    is (sum p g^2 - (sum p g)^2) / n: the formula of Fleiss, Cohen and Everitt, "Large sample standard errors of
    kappa and weighted kappa", Psychological Bulletin 72 (1969) 323-327. It is an approximation for large n and has no
    width where all cases agree.
    """
    if not table.n:
        return None
    shares = table.counts / table.n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, by_chance = float(np.trace(shares)), float(rows @ columns)
    if by_chance >= 1.0:
        return None
    kappa = (observed - by_chance) / (1.0 - by_chance)
    slopes = np.eye(len(rows)) * (1.0 - by_chance) - (columns[:, None] + rows[None, :]) * (1.0 - observed)
    slopes = slopes / (1.0 - by_chance) ** 2
    variance = float((shares * slopes**2).sum() - (shares * slopes).sum() ** 2) / table.n
    half_width = _quantile(confidence) * sqrt(max(0.0, variance))
    return Estimate(kappa, max(-1.0, kappa - half_width), min(1.0, kappa + half_width), table.n)


def sensitivity(table: Confusion, positive: str) -> Estimate | None:
    """Share of the truly positive cases that were answered so, with its Wilson interval."""
    return _share_of(table, [label == positive for label in table.labels])


def specificity(table: Confusion, positive: str) -> Estimate | None:
    """Share of the truly other cases that were not answered `positive`, with its Wilson interval."""
    return _share_of(table, [label != positive for label in table.labels])


def wilson(hits: int, n: int, confidence: float = _CONFIDENCE) -> Estimate | None:
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
    return Estimate(share, max(0.0, min(share, centre - half_width)), min(1.0, max(share, centre + half_width)), n)


def _share_of(table: Confusion, kept: Sequence[bool]) -> Estimate | None:
    rows = table.counts[np.array(kept, dtype=bool)]
    return wilson(int(rows[:, np.array(kept, dtype=bool)].sum()), int(rows.sum()))


def _quantile(confidence: float) -> float:
    return NormalDist().inv_cdf((1.0 + confidence) / 2.0)
