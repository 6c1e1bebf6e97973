"""The six estimators of one week and segment, and how each reads a movement."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt

from analytics.estimation.callback import CalledBack, callback_corrected
from analytics.estimation.estimate import Estimate, Refusal
from analytics.estimation.intervals import wilson
from analytics.estimation.label_error import corrected_share, errors_of_counts
from analytics.estimation.movement import Movement, Scores, movement, share
from analytics.estimation.pooling import audit_corrected
from analytics.north_star.evidence import TOTAL, UNDECIDED, Cell, Evidence, Place


@dataclass(frozen=True)
class Estimated:
    """An estimate and what it makes of the counts of any week, under this week's calibration."""

    result: Estimate | Refusal
    scores: Callable[[Cell], Scores | None] = lambda _: None

    def movement(self, now: Cell, before: Cell) -> Movement | None:
        """This week minus the week before, both under this week's calibration; None where it cannot be told."""
        if isinstance(self.result, Refusal):
            return None
        scores, earlier = self.scores(now), self.scores(before)
        if scores is None or earlier is None:
            return None
        relative = self.result.youden_se / self.result.youden if self.result.youden else 0.0
        return movement(scores, earlier, calibration_share_se=relative)


def observed(evidence: Evidence, place: Place, week: date) -> Estimated:
    """Decided cases as counted: survey, else label."""
    cell = evidence.cells[place][week]
    found = _counted(cell.decided, cell.good_weight, cell.decided_weight, cell.decided_squares, "no decided case")
    return Estimated(found, _observed_scores)


def survey_only(evidence: Evidence, place: Place, week: date) -> Estimated:
    """Decided cases with a counted survey, and nothing else."""
    cell = evidence.cells[place][week]
    weights = cell.surveyed_good_weight, cell.surveyed_weight, cell.surveyed_squares
    return Estimated(_counted(cell.surveyed, *weights, "no decided case with a counted survey"))


def inferred(evidence: Evidence, place: Place, week: date) -> Estimated:
    """All cases by the label of their NPS, surveys ignored."""
    cell = evidence.cells[place][week]
    weights = cell.inferred_good_weight, cell.inferred_weight, cell.inferred_squares
    return Estimated(_counted(cell.inferred, *weights, "no case with a predicted NPS"))


def audited(evidence: Evidence, place: Place, week: date) -> Estimated:
    """All settled cases, corrected to the reviewers' judgement of a random sample."""
    if place not in evidence.audits:
        return Estimated(Refusal("no audited case"))
    result = audit_corrected([evidence.audited(place, other) for other in evidence.trailing(place, week)])
    scale = 1 / result.youden if isinstance(result, Estimate) and result.youden else 1.0

    def scores(cell: Cell) -> Scores:
        undecided = cell.cases - cell.decided
        return Scores(((scale, cell.good), (UNDECIDED * scale, undecided), (0.0, cell.decided - cell.good)))

    return Estimated(result, scores)


def called_back(evidence: Evidence, place: Place, week: date) -> Estimated:
    """Handled as counted, times what customers say: unasked ones and a random arm of the others."""
    if place != TOTAL:
        return Estimated(Refusal("only the total is corrected by call-backs"))
    cell = evidence.cells[place][week]
    arms = [evidence.called_back(other) for other in evidence.trailing(place, week)]
    handled = CalledBack(cell.answered_weight, cell.answered_liked_weight, cell.silent_weight)
    result = callback_corrected(handled, arms)
    if isinstance(result, Refusal):
        return Estimated(result)
    scale = 1 / result.youden if result.youden else 1.0
    # what the silent ones say by this estimate, at their mean label
    good = result.value * (cell.answered_weight + cell.silent_weight) - cell.answered_liked_weight
    said = good / cell.silent_weight if cell.silent_weight else 0.0

    def scores(other: Cell) -> Scores | None:
        silent = {1.0: other.silent_liked_weight, 0.0: other.silent_weight - other.silent_liked_weight}
        kinds = [(said + scale * (label - cell.silent_label), cases) for label, cases in silent.items()]
        answered = (1.0, other.answered_liked_weight), (0.0, other.answered_weight - other.answered_liked_weight)
        return _handled_scores(other, (*answered, *kinds))

    return Estimated(_times_handled(result, cell), scores)


def survey_corrected(evidence: Evidence, place: Place, week: date) -> Estimated:
    """Handled as counted, times the labels of all handled cases corrected by those whose customers answered."""
    cell = evidence.cells[place][week]
    pool = [evidence.cells[place][other] for other in evidence.trailing(place, week)]
    errors = errors_of_counts(
        sum(one.overlap_hits for one in pool),
        sum(one.overlap_liked for one in pool),
        sum(one.overlap_false_hits for one in pool),
        sum(one.overlap_disliked for one in pool),
    )
    liked = cell.labelled_liked_weight / cell.labelled_weight if cell.labelled else 0.0

    def scores(other: Cell) -> Scores | None:
        kinds = {1.0: other.labelled_liked_weight, 0.0: other.labelled_weight - other.labelled_liked_weight}
        parts = tuple(((label - errors.false_positive) / errors.youden, cases) for label, cases in kinds.items())
        return _handled_scores(other, parts)

    return Estimated(_times_handled(corrected_share(liked, cell.labelled, errors), cell), scores)


ESTIMATORS: dict[str, Callable[[Evidence, Place, date], Estimated]] = {
    "observed": observed,
    "audit_corrected": audited,
    "callback_corrected": called_back,
    "survey_corrected": survey_corrected,
    "survey_only": survey_only,
    "inferred": inferred,
}
#: What each supposes; it stands beside the number.
ASSUMPTIONS = {
    "observed": "labels are right and undecided cases are like the others",
    "audit_corrected": "reviewers are right; corrected to trained reviewers' judgement",
    "callback_corrected": "handling is as counted; those of the random arm who answer are like those who do not",
    "survey_corrected": "handling is as counted; labels err alike on those who answer and on others who feel the same",
    "survey_only": "those who answer are like those who do not",
    "inferred": "labels are right",
}


def _observed_scores(cell: Cell) -> Scores | None:
    if not cell.decided:
        return None
    return share(cell.good_weight / cell.decided_weight, cell.decided, cell.design_effect)


def _counted(cases: int, good: float, weight: float, squares: float, otherwise: str) -> Estimate | Refusal:
    """A share of cases that weigh 1 / probability, with Wilson's interval at their effective number.

    The effective number is (sum w)^2 / sum w^2 (Kish 1965, Survey Sampling, 11.7); without a budget all weigh 1.
    """
    if not cases:
        return Refusal(otherwise)
    value, effective = good / weight, weight**2 / squares
    counted = min(good * (weight / squares), effective)
    return Estimate(value, sqrt(value * (1 - value) / effective), cases, interval=wilson(counted, effective))


def _handled_scores(cell: Cell, kinds: tuple[tuple[float, float], ...]) -> Scores | None:
    """Scores of all decided cases from those of handled ones, which stand for all handled ones; the others score 0."""
    known = sum(cases for _, cases in kinds)
    if known <= 0:
        return None
    share = cell.handled_weight / known
    scored = tuple((score, cases * share) for score, cases in kinds)
    others = (0.0, cell.decided_weight - cell.handled_weight)
    return Scores((*scored, others), cell.decided_squares / cell.decided_weight)


def _times_handled(result: Estimate | Refusal, cell: Cell) -> Estimate | Refusal:
    """The north star from the share of neutral-to-positive customers among handled cases."""
    if isinstance(result, Refusal):
        return result
    return replace(result, value=result.value * cell.handled_rate, se=result.se * cell.handled_rate)
