"""Section 8, `callback_corrected`: what silent customers would have said, from the random arm of up to eight weeks.

Written from docs/statistics.md: A, the difference estimator on a week's own answers; R, its labels through the error
shares that the other weeks show; both joined by their precision, R's lowered by how much A - R wanders between weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reference.cases import Case

#: y, label and weight of a case that was called back and answered.
Answer = tuple[float, float, float]


@dataclass(frozen=True)
class Arm:
    """One week's silent customers with a label: their number, the mean of their labels, and the answers of some."""

    cases: int
    labelled: float
    answers: list[Answer]


def arm_of(week: list[Case]) -> Arm:
    silent = [case for case in week if case.handled and case.unasked is None and case.nps_predicted is not None]
    answers = [
        (float(case.called_back[0] >= 7), liked(case), 1 / case.called_back[1])
        for case in silent
        if case.called_back is not None
    ]
    return Arm(len(silent), sum(map(liked, silent)) / max(len(silent), 1), answers)


def liked(case: Case) -> float:
    return float((case.nps_predicted or 0) >= 7)


def silent_share(arms: list[Arm]) -> float | None:
    """The share of good answers among the silent customers of the last of these weeks; None below 100 answers."""
    week, everyone = arms[-1], _pool(arms)
    if len(everyone) < 100:
        return None
    lam = _slope(everyone)
    own = _own(week, lam, everyone)
    errors = _errors(everyone if own is None else _pool(arms[:-1]))
    if errors is None:
        return _clip(lam * week.labelled + _mean(_off(everyone, lam))) if own is None else own[0]
    share, known, chance = _from_labels(week, errors)
    if own is None:
        return share
    wide = known + chance + _wandering(arms, lam, everyone)
    return (wide * own[0] + own[1] * share) / (own[1] + wide)


def _wandering(arms: list[Arm], lam: float, everyone: list[Answer]) -> float:
    """DerSimonian and Laird's variance between weeks, half a standard error more, never below half a point squared."""
    errors = _errors(everyone)
    assert errors is not None
    gaps = []
    for week in arms:
        own = _own(week, lam, everyone)
        if own is not None and week.cases:
            gap = own[0] - (week.labelled - errors[1]) / (errors[0] - errors[1])
            gaps.append((gap, 1 / (own[1] + _from_labels(week, errors)[2])))
    if len(gaps) < 2:
        return 0.005**2
    middle, total = _mean(gaps), sum(weight for _, weight in gaps)
    heterogeneity = sum(weight * (gap - middle) ** 2 for gap, weight in gaps)
    scale, free = total - sum(weight**2 for _, weight in gaps) / total, len(gaps) - 1
    return max(0.005**2, (heterogeneity - free + sqrt(2 * free) / 2) / scale)


def _own(week: Arm, lam: float, everyone: list[Answer]) -> tuple[float, float] | None:
    """Value and variance from the week's own answers; fewer than 30 borrow the spread of all weeks, 10 are needed."""
    n = len(week.answers)
    if n < 10:
        return None
    off = _off(week.answers, lam)
    total, centre = sum(weight for _, weight in off), _mean(off)
    parts = [(weight / total) ** 2 * (1 - 1 / weight) for _, weight in off]
    if n >= 30:
        variance = sum(part * (gap - centre) ** 2 for part, (gap, _) in zip(parts, off, strict=True)) * n / (n - 2)
    else:
        every, all_n = _off(everyone, lam), len(everyone)
        spread = _mean([((gap - _mean(every)) ** 2, weight) for gap, weight in every]) * all_n / (all_n - 2)
        variance = sum(parts) * max(spread, _least(everyone))
    return _clip(lam * week.labelled + centre), max(variance, sum(parts) * _least(week.answers))


def _least(answers: list[Answer]) -> float:
    """The spread that is granted where fewer than five answers differ from their label."""
    wrong = sum(abs(y - f) >= 0.5 for y, f, _ in answers)
    share = (wrong + 2) / (len(answers) + 4)
    return share * (1 - share) if wrong < 5 else 0.0


def _errors(answers: list[Answer]) -> tuple[float, float, float, float, float, float] | None:
    """Share of labels that like, and its variance, and the effective number, of good and of bad answers."""
    found = []
    for kind in (1.0, 0.0):
        labels = [(f, weight) for y, f, weight in answers if y == kind]
        if not labels:
            return None
        share = _mean(labels)
        n = sum(weight for _, weight in labels) ** 2 / sum(weight**2 for _, weight in labels)
        floor = min((n * share + 1) / (n + 2), 1 - (n * share + 1) / (n + 2)) / (n + 2)
        found.append((share, max(share * (1 - share), floor), n))
    (hit, hit_spread, good), (false, false_spread, bad) = found
    return None if min(good, bad) < 30 or hit - false < 0.2 else (hit, false, hit_spread, false_spread, good, bad)


def _from_labels(week: Arm, errors: tuple[float, float, float, float, float, float]) -> tuple[float, float, float]:
    """Value, and its variance by what is not known of the errors and by which cases they hit."""
    hit, false, hit_spread, false_spread, good, bad = errors
    share = _clip((week.labelled - false) / (hit - false))
    known = hit_spread / good * share**2 + false_spread / bad * (1 - share) ** 2
    chance = (share * hit_spread + (1 - share) * false_spread) / max(week.cases, 1)
    return share, known / (hit - false) ** 2, chance / (hit - false) ** 2


def _pool(arms: list[Arm]) -> list[Answer]:
    """All answers, those of a week weighing together as much as their number."""
    return [
        (y, f, weight * len(arm.answers) / sum(one for *_, one in arm.answers))
        for arm in arms
        for y, f, weight in arm.answers
    ]


def _off(answers: list[Answer], lam: float) -> list[tuple[float, float]]:
    return [(y - lam * f, weight) for y, f, weight in answers]


def _slope(answers: list[Answer]) -> float:
    middle_y, middle_f = _mean([(y, w) for y, _, w in answers]), _mean([(f, w) for _, f, w in answers])
    spread = _mean([((f - middle_f) ** 2, w) for _, f, w in answers])
    both = _mean([((y - middle_y) * (f - middle_f), w) for y, f, w in answers])
    return min(1.5, max(0.0, both / spread)) if spread else 0.0


def _mean(values: list[tuple[float, float]]) -> float:
    return sum(value * weight for value, weight in values) / sum(weight for _, weight in values)


def _clip(share: float) -> float:
    return min(1.0, max(0.0, share))
