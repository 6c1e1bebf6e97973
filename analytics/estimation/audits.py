"""One week's audit: cases drawn with known probabilities, what the reviewers said and what the labels say."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from analytics.estimation.difference import MIN_STRATUM, Vector, ordered_sum, slope
from analytics.estimation.estimate import Estimate
from analytics.estimation.label_error import LabelErrors

#: Weights that add up to the week's cases within this share come from a complete stratified draw.
_COMPLETE = 0.02
#: With fewer disagreements the variance is that of 2 more in 4 more audits (Agresti, Coull 1998), never of certainty.
_FEW_DISAGREEMENTS = 5


@dataclass(frozen=True)
class AuditedWeek:
    """The settled eligible cases of one week and those of them that were audited.

    Attributes:
        y: (n,) reviewers' judgement, 0 to 1 (a mean where two reviewers disagree).
        f: (n,) label of the same cases, 0 to 1; a constant for undecided cases.
        probability: (n,) probability with which each case was drawn.
        weight: (n,) 1 / probability, shared between the samples where a week has several.
        labelled: mean label of all cases of the week.
        cases: number of them.
    """

    y: Vector
    f: Vector
    probability: Vector
    weight: Vector
    labelled: float
    cases: int

    @property
    def n(self) -> int:
        """Number of audited cases."""
        return len(self.y)


def audited_week(
    y: Vector, f: Vector, probability: Vector, labelled: float, cases: int, sample: Vector | None = None
) -> AuditedWeek:
    """Sort by content, so that results do not depend on the order of rows; share the weight between samples.

    Args:
        y: (n,) as in `AuditedWeek`.
        f: (n,) as there.
        probability: (n,) as there.
        labelled: mean label of all cases of the week.
        cases: number of them.
        sample: (n,) number of the sample that each audit belongs to; each sample stands for the whole week.
    """
    sample = np.zeros(len(y)) if sample is None else sample
    weight = 1 / probability
    for name in np.unique(sample):
        weight = np.where(sample == name, weight * (sample == name).sum() / len(y), weight)
    order = np.lexsort((weight, probability, f, y))
    return AuditedWeek(y[order], f[order], probability[order], weight[order], labelled, cases)


def pooled(weeks: list[AuditedWeek]) -> AuditedWeek:
    """All audits in one, a week's audits weighing as much together as their number (not as its cases)."""
    shares = [week.weight * week.n / max(ordered_sum(week.weight), 1e-12) for week in weeks]
    return AuditedWeek(
        _joined([week.y for week in weeks]),
        _joined([week.f for week in weeks]),
        _joined([week.probability for week in weeks]),
        _joined(shares),
        0.0,
        sum(week.cases for week in weeks),
    )


def _joined(parts: list[Vector]) -> Vector:
    return np.concatenate([np.zeros(0), *parts])


def own_difference(week: AuditedWeek, lam: float, spread: float | None = None) -> Estimate:
    """The difference estimator of one week from its own audit, weighted by 1 / probability (Hajek).

    theta = lambda mean_U f + sum_i w_i e_i / sum_i w_i,   e = y - lambda f
    Var   = sum_i (1 - p_i) w_i^2 (e_i - e_bar)^2 / (sum_i w_i)^2  x  n / (n - 2)
    e_bar is the mean of the cases drawn with the same probability (the strata of the draw) where the weights add up to
    the week's cases, which a complete stratified draw does; else the mean of the whole sample.

    Args:
        week: at least 3 audits.
        lam: slope, from this and earlier weeks.
        spread: S^2 of e, where this week's audit is too small to tell.

    Source: Sarndal, Swensson, Wretman 1992, Model Assisted Survey Sampling, 5.7 and 6.6.
    """
    residual = week.y - lam * week.f
    total = ordered_sum(week.weight)
    centre = ordered_sum(week.weight * residual) / total
    missed = 1 - np.minimum(week.probability, 1.0)
    shares = (week.weight / total) ** 2 * missed
    if spread is None:
        distance = residual - _stratum_means(week, residual, centre)
        variance = ordered_sum(shares * distance**2) * week.n / max(week.n - 2, 1)
    else:
        variance = ordered_sum(shares) * spread
    variance = max(variance, ordered_sum(shares) * least_spread(week))
    value = min(1.0, max(0.0, lam * week.labelled + centre))
    return Estimate(value, sqrt(variance), week.n, max(week.n - 2, 1))


def least_spread(week: AuditedWeek) -> float:
    """The least S^2 of y - f that a sample of this size can claim; 0 where it saw enough disagreements to tell."""
    disagreements = float((np.abs(week.y - week.f) >= 0.5).sum())
    if disagreements >= _FEW_DISAGREEMENTS:
        return 0.0
    share = (disagreements + 2) / (week.n + 4)
    return share * (1 - share)


def _stratum_means(week: AuditedWeek, residual: Vector, centre: float) -> Vector:
    means = np.full(week.n, centre)
    if abs(ordered_sum(week.weight) / max(week.cases, 1) - 1) > _COMPLETE:
        return means
    for probability in np.unique(week.probability):
        drawn = week.probability == probability
        if drawn.sum() >= MIN_STRATUM:
            means[drawn] = ordered_sum(residual[drawn]) / drawn.sum()
    return means


def pooled_slope(week: AuditedWeek) -> float:
    """The slope lambda of a pool of weeks, weighted by 1 / probability."""
    return slope(week.y, week.f, week.weight)


def label_errors(week: AuditedWeek) -> LabelErrors | None:
    """The labeler's errors as the audits show them, weighted by 1 / probability; None without both classes.

    Numbers of cases are effective ones, (sum w)^2 / sum w^2 (Kish 1965, Survey Sampling, 11.7).
    """
    true, false = week.weight * week.y, week.weight * (1 - week.y)
    positives, negatives = ordered_sum(true), ordered_sum(false)
    if positives <= 0 or negatives <= 0:
        return None
    sensitivity, false_positive = ordered_sum(true * week.f) / positives, ordered_sum(false * week.f) / negatives
    effective, effective_false = positives**2 / ordered_sum(true**2), negatives**2 / ordered_sum(false**2)
    return LabelErrors(
        sensitivity,
        false_positive,
        effective,
        effective_false,
        _spread(true, week.f, sensitivity, effective),
        _spread(false, week.f, false_positive, effective_false),
    )


def _spread(weight: Vector, f: Vector, mean: float, n: float) -> float:
    """Variance of f in a class, never below that of one more of each kind in n + 2."""
    observed = ordered_sum(weight * (f - mean) ** 2) / ordered_sum(weight)
    least = (n * mean + 1) / (n + 2)
    return max(observed, min(least, 1 - least) / (n + 2))
