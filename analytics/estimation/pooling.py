"""The share of one week from the audits of the trailing weeks."""

from math import sqrt

from analytics.estimation.audits import (
    AuditedWeek,
    label_errors,
    least_spread,
    own_difference,
    pooled,
    pooled_slope,
)
from analytics.estimation.difference import ordered_sum
from analytics.estimation.estimate import Estimate, Refusal
from analytics.estimation.intervals import wilson
from analytics.estimation.label_error import LabelErrors, calibration_variance, corrected_share

#: Weeks that are pooled, the week itself included.
POOLED_WEEKS = 8
#: Fewer audits than this carry no number; fewer than that carry the audits' own share, without the labels.
MIN_AUDITS, MIN_AUDITS_FOR_LABELS = 30, 50
#: A week's own audit enters with its own spread from here on, and with the pool's from there on.
_OWN_SPREAD, _OWN_AUDITS = 30, 10
#: Standard deviation by which a labeler's error may wander between weeks, at least: half a point, unseen by any audit.
_LEAST_DRIFT = 0.005


def audit_corrected(weeks: list[AuditedWeek]) -> Estimate | Refusal:
    """The real share of the last of `weeks`, from its own audit and from the audits of the weeks before it.

    A  the difference estimator on the week's own audit (`own_difference`), unbiased whatever the labeler does
    R  (q - Fp) / J, the label-error form with the errors that the audits of the other weeks show: it follows the week's
       labels, and supposes that the labeler errs as in these weeks
    theta = (A / a^2 + R / (r^2 + d^2)) / (1 / a^2 + 1 / (r^2 + d^2)),   Var = 1 / (1 / a^2 + 1 / (r^2 + d^2))

    where a and r are the standard errors and d^2 is how much A - R wanders from week to week beyond chance
    (DerSimonian, Laird 1986, Controlled Clinical Trials 7:177). Adding one pooled correction mean(y - f) to every
    week instead covers 84 % after a step of 5 points, since a labeler's bias depends on the share itself; so do not.

    Args:
        weeks: up to `POOLED_WEEKS` weeks of one labeler, oldest first, the week in question last; weeks without
            audits have empty vectors.
    """
    *earlier, week = weeks
    pool = pooled(weeks)
    if pool.n < MIN_AUDITS:
        return Refusal(f"fewer than {MIN_AUDITS} audited cases in {len(weeks)} weeks", pool.n)
    if pool.n < MIN_AUDITS_FOR_LABELS:
        return _audits_alone(pool)
    lam = pooled_slope(pool)
    own = _own(week, lam, pool)
    rest = _from_labels(pooled(earlier if own else weeks), week)
    if isinstance(rest, Refusal):
        return own or _pooled_difference(pool, week, lam)
    if own is None:
        return rest
    errors = label_errors(pool)
    assert errors is not None, "the rest of the pool has both classes"
    drift = _drift(weeks, lam, pool, errors)
    return _joined(own, rest, drift, pool.n, errors)


def _audits_alone(pool: AuditedWeek) -> Estimate:
    """The audits' own share with Wilson's interval at the effective number of audits."""
    total = ordered_sum(pool.weight)
    effective = total**2 / ordered_sum(pool.weight**2)
    share = ordered_sum(pool.weight * pool.y) / total
    return Estimate(
        share, sqrt(share * (1 - share) / effective), pool.n, pool.n - 1, interval=wilson(share * effective, effective)
    )


def _own(week: AuditedWeek, lam: float, pool: AuditedWeek) -> Estimate | None:
    if week.n < _OWN_AUDITS:
        return None
    return own_difference(week, lam, None if week.n >= _OWN_SPREAD else _pool_spread(pool, lam))


def _pool_spread(pool: AuditedWeek, lam: float) -> float:
    residual = pool.y - lam * pool.f
    total = ordered_sum(pool.weight)
    mean = ordered_sum(pool.weight * residual) / total
    spread = ordered_sum(pool.weight * (residual - mean) ** 2) / total * pool.n / (pool.n - 2)
    return max(spread, least_spread(pool))


def _pooled_difference(pool: AuditedWeek, week: AuditedWeek, lam: float) -> Estimate:
    """Too few audits for error rates and none of this week: one correction for all pooled weeks."""
    residual = pool.weight * (pool.y - lam * pool.f)
    value = min(1.0, max(0.0, lam * week.labelled + ordered_sum(residual) / ordered_sum(pool.weight)))
    effective = ordered_sum(pool.weight) ** 2 / ordered_sum(pool.weight**2)
    variance = _pool_spread(pool, lam) * (1 / effective + 1 / week.cases) + _LEAST_DRIFT**2
    return Estimate(value, sqrt(variance), pool.n, pool.n - 2)


def _from_labels(pool: AuditedWeek, week: AuditedWeek) -> Estimate | Refusal:
    errors = label_errors(pool) if pool.n else None
    if errors is None:
        return Refusal("the audits hold cases of one class only", pool.n)
    return corrected_share(week.labelled, week.cases, errors)


def _drift(weeks: list[AuditedWeek], lam: float, pool: AuditedWeek, errors: LabelErrors) -> float:
    """Variance of A - R between weeks beyond chance, by the method of moments."""
    gaps, precisions = [], []
    for week in weeks:
        own, labels = _own(week, lam, pool), corrected_share(week.labelled, week.cases, errors)
        if own is None or own.se == 0 or isinstance(labels, Refusal):
            continue
        noise = labels.se**2 - calibration_variance(labels.value, errors)
        gaps.append(own.value - (week.labelled - errors.false_positive) / errors.youden)
        precisions.append(1 / (own.se**2 + noise))
    least = _LEAST_DRIFT**2
    if len(gaps) < 2:
        return least
    total = sum(precisions)
    mean = sum(p * g for p, g in zip(precisions, gaps, strict=True)) / total
    heterogeneity = sum(p * (g - mean) ** 2 for p, g in zip(precisions, gaps, strict=True))
    scale = total - sum(p * p for p in precisions) / total
    # half a standard error more than the moments say: eight weeks tell little of a variance
    free = len(gaps) - 1
    return max(least, (heterogeneity - free + sqrt(2 * free) / 2) / scale)


def _joined(own: Estimate, rest: Estimate, drift: float, n: int, errors: LabelErrors) -> Estimate:
    precise, wide = own.se**2, rest.se**2 + drift
    share = wide / (precise + wide)
    value = share * own.value + (1 - share) * rest.value
    se = sqrt(precise * wide / (precise + wide))
    return Estimate(value, se, n, n - 2, youden=errors.youden, youden_se=errors.youden_se)
