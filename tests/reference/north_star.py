"""Section 8, the north star: counted estimators, what customers say, and the drivers of a movement."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING, Any

from tests.reference.callbacks import arm_of, silent_share
from tests.reference.cases import counted
from tests.reference.kpis import DIMENSIONS, segment_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tests.reference.cases import Case
    from tests.reference.rules import Rules

Row = dict[str, Any]
SMALLEST = 30
Z = 1.959963984540054


@dataclass(frozen=True)
class Counts:
    """Decided cases of a week and segment: their number, the handled ones and the handled-positive ones."""

    decided: int = 0
    handled: int = 0
    good: int = 0

    def plus(self, other: Counts) -> Counts:
        return Counts(self.decided + other.decided, self.handled + other.handled, self.good + other.good)

    @property
    def h(self) -> Fraction:
        return Fraction(self.handled, self.decided) if self.decided else Fraction(0)

    @property
    def p(self) -> Fraction:
        return Fraction(self.good, self.handled) if self.handled else Fraction(0)


def wilson(good: int, n: int) -> tuple[float, float]:
    share, spread = good / n, Z * Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return middle - half, middle + half


def estimates(cases: Iterable[Case], rules: Rules) -> dict[Any, Row]:
    """`observed`, `survey_only` and `inferred` of `mart.north_star_estimates`, where they stand on a case."""
    groups: dict[Any, list[Case]] = defaultdict(list)
    for case in counted(cases, rules):
        for dimension in ("all", *DIMENSIONS):
            groups[case.first.week, dimension, segment_of(case.first, dimension)].append(case)
    found: dict[Any, Row] = {}
    for key, members in groups.items():
        decided = [case for case in members if case.decided]
        surveyed = [case for case in decided if case.nps_score is not None]
        labelled = [case for case in members if case.handled is not None and case.nps_predicted is not None]
        liked = [case for case in labelled if case.handled and (case.nps_predicted or 0) >= 7]
        for name, n, good in (
            ("observed", len(decided), sum(case.handled_positive for case in decided)),
            ("survey_only", len(surveyed), sum(case.handled_positive for case in surveyed)),
            ("inferred", len(labelled), len(liked)),
        ):
            row: Row = {"n": n}
            if len(decided) >= SMALLEST and n >= SMALLEST:
                low, high = wilson(good, n)
                row |= {"value": good / n, "ci_low": low, "ci_high": high}
            else:
                row |= {"value": None, "ci_low": None, "ci_high": None}
            if n:
                found[(*key, name)] = row
    return found


def corrections(cases: Iterable[Case], rules: Rules) -> dict[Any, Row]:
    """`callback_corrected` and `survey_corrected` of the total, where eight weeks bring enough to have them."""
    weeks: dict[date, list[Case]] = defaultdict(list)
    for case in counted(cases, rules):
        weeks[case.first.week].append(case)
    found: dict[Any, Row] = {}
    for week, members in weeks.items():
        trailing = [weeks[one] for one in sorted(weeks) if timedelta(0) <= week - one < timedelta(weeks=8)]
        pool = [case for one in trailing for case in one if case.decided and case.handled]
        decided = [case for case in members if case.decided]
        handled = [case for case in decided if case.handled]
        for name, share in (
            ("callback_corrected", called_back(handled, trailing)),
            ("survey_corrected", relabelled(handled, pool)),
        ):
            if share is not None and len(decided) >= SMALLEST:
                value = min(1.0, max(0.0, share)) * len(handled) / len(decided)
                found[week, "all", "all", name] = {"value": value}
    return found


def called_back(handled: list[Case], trailing: list[list[Case]]) -> float | None:
    """p_R mean_R + (1 - p_R) m: those who answered unasked, and the arm for the others (Hansen, Hurwitz)."""
    share = silent_share([arm_of([case for case in week if case.decided]) for week in trailing])
    said = [float(case.unasked >= 7) for case in handled if case.unasked is not None]
    silent = sum(case.unasked is None and case.nps_predicted is not None for case in handled)
    return None if share is None else (sum(said) + silent * share) / (len(said) + silent)


def relabelled(handled: list[Case], pool: list[Case]) -> float | None:
    """(q - Fp) / (Se - Fp), the labeler's errors seen on handled cases with a survey (Rogan, Gladen)."""
    known = [case for case in pool if case.nps_score is not None and case.nps_predicted is not None]
    liked = [label_of(case) for case in known if (case.nps_score or 0) >= 7]
    disliked = [label_of(case) for case in known if (case.nps_score or 0) < 7]
    labels = [label_of(case) for case in handled if case.nps_predicted is not None]
    if min(len(liked), len(disliked)) < SMALLEST or not labels:
        return None
    sensitivity, false_positive = mean(liked), mean(disliked)
    youden = sensitivity - false_positive
    return (mean(labels) - false_positive) / youden if youden >= 0.2 else None


def label_of(case: Case) -> float:
    return 0.5 if case.nps_predicted is None else float(case.nps_predicted >= 7)


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def drivers(cases: Iterable[Case], rules: Rules) -> dict[Any, Row]:
    """`mart.north_star_drivers` on observed counts: a final week against the final week before it, in fractions."""
    weeks: dict[date, dict[tuple[str, str], Counts]] = defaultdict(lambda: defaultdict(Counts))
    for case in counted(cases, rules):
        week = case.first.week
        if case.decided and rules.is_final(week):
            one = Counts(1, int(bool(case.handled)), int(case.handled_positive))
            for dimension in ("all", *DIMENSIONS):
                place = (dimension, segment_of(case.first, dimension))
                weeks[week][place] = weeks[week][place].plus(one)
    found: dict[Any, Row] = {}
    final = sorted(week for week in weeks if weeks[week]["all", "all"].decided >= SMALLEST)
    for earlier, week in pairwise(final):
        for dimension in ("all", *(name for name in DIMENSIONS if name != "source")):
            pairs = _pairs(weeks[earlier], weeks[week], dimension)
            for segment, row in _effects(pairs).items():
                found[week, dimension, segment] = row | {"previous_week": earlier}
    return found


def _pairs(old: dict[Any, Counts], new: dict[Any, Counts], dimension: str) -> dict[str, tuple[Counts, Counts]]:
    """Counts of both weeks by segment; those below 30 in one of them are `rest`, unless a week has none at all."""
    pairs: dict[str, tuple[Counts, Counts]] = {}
    for segment in sorted({place[1] for place in (*old, *new) if place[0] == dimension}):
        before, after = old.get((dimension, segment), Counts()), new.get((dimension, segment), Counts())
        small, large = sorted((before.decided, after.decided))
        own = small >= SMALLEST or (small == 0 and large >= SMALLEST)
        name = segment if own else "rest"
        both = pairs.get(name, (Counts(), Counts()))
        pairs[name] = (both[0].plus(before), both[1].plus(after))
    return pairs


def _effects(pairs: dict[str, tuple[Counts, Counts]]) -> dict[str, Row]:
    totals = [sum(pair[number].decided for pair in pairs.values()) for number in (0, 1)]
    goods = [sum(pair[number].good for pair in pairs.values()) for number in (0, 1)]
    middle = (Fraction(goods[0], totals[0]) + Fraction(goods[1], totals[1])) / 2
    found = {}
    for name, (old, new) in pairs.items():
        w0, w1 = Fraction(old.decided, totals[0]), Fraction(new.decided, totals[1])
        h0, p0 = (old.h, old.p) if old.decided else (new.h, new.p)
        h1, p1 = (new.h, new.p) if new.decided else (old.h, old.p)
        p0, p1 = (p0 if old.handled else p1), (p1 if new.handled else p0)
        mix = (w1 - w0) * ((h0 * p0 + h1 * p1) / 2 - middle)
        handled = (w0 + w1) / 2 * (h1 - h0) * (p0 + p1) / 2
        nps = (w0 + w1) / 2 * (p1 - p0) * (h0 + h1) / 2
        found[name] = {
            "n": new.decided,
            "n_before": old.decided,
            "mix_effect": float(mix),
            "handled_effect": float(handled),
            "nps_effect": float(nps),
            "total_effect": float(mix + handled + nps),
        }
    return found
