"""The six estimators of one week and segment, and how each reads a movement."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt

import numpy as np

from analytics.estimation.callback import CalledBack, callback_corrected, correction
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
    arms = [evidence.callbacks[other] for other in evidence.trailing(place, week) if other in evidence.callbacks]
    y, f, probability = (np.concatenate([np.zeros(0), *(arm[column] for arm in arms)]) for column in range(3))
    learnt = correction(y, f, probability)
    if isinstance(learnt, Refusal):
        return Estimated(learnt)

    def scores(cell: Cell) -> Scores | None:
        if not cell.decided:
            return None
        silent = cell.handled - cell.answered
        liked, unknown = cell.silent_labelled_liked, cell.silent_unlabelled
        kinds = ((1.0, liked), (UNDECIDED, unknown), (0.0, silent - liked - unknown))
        known = ((1.0, cell.answered_liked), (0.0, cell.answered - cell.answered_liked + cell.decided - cell.handled))
        return Scores((*known, *((learnt.slope * label + learnt.offset, cases) for label, cases in kinds)))

    return Estimated(_times_handled(callback_corrected(_called_back(cell), learnt), cell), scores)


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
    share_liked = cell.labelled_liked / cell.labelled if cell.labelled else 0.0

    def scores(cell: Cell) -> Scores | None:
        if not cell.labelled:
            return None
        scale = cell.handled / cell.labelled / errors.youden
        liked, handled = cell.labelled_liked, cell.labelled
        parts = ((scale * (1 - errors.false_positive), liked), (-scale * errors.false_positive, handled - liked))
        return Scores((*parts, (0.0, cell.decided - handled)))

    return Estimated(_times_handled(corrected_share(share_liked, cell.labelled, errors), cell), scores)


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


def _called_back(cell: Cell) -> CalledBack:
    silent = cell.handled - cell.answered
    labelled = cell.silent_labelled_liked + UNDECIDED * cell.silent_unlabelled
    return CalledBack(cell.answered, cell.answered_liked, silent, labelled / silent if silent else 0.0)


def _times_handled(result: Estimate | Refusal, cell: Cell) -> Estimate | Refusal:
    """The north star from the share of neutral-to-positive customers among handled cases."""
    if isinstance(result, Refusal):
        return result
    return replace(result, value=result.value * cell.handled_rate, se=result.se * cell.handled_rate)
