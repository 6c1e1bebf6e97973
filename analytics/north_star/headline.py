"""Which estimator carries the published series: one for every week of it, the best that all of them have."""

from collections.abc import Mapping, Sequence, Set
from datetime import date

from analytics.estimation.control import LOCKED_WEEKS

#: The best first; `observed` is also best of all where nearly all cases have a survey.
BEST_FIRST = ("audit_corrected", "callback_corrected", "survey_corrected", "observed")
NEARLY_ALL_SURVEYED = 0.95


def headlines(
    weeks: Sequence[date],
    available: Mapping[date, Set[str]],
    versions: Mapping[date, str],
    surveyed_share: Mapping[date, float],
) -> dict[date, str]:
    """The estimator of each final week.

    From the newest week back: the best estimator that up to 26 weeks in a row all have, for as far back as it reaches;
    the weeks before are an earlier series. A change of the labeler version ends a series too.

    Args:
        weeks: final weeks with an observed number, oldest first.
        available: estimators that have a number, by week.
        versions: labeler version by week.
        surveyed_share: decided cases with a counted survey / decided cases, by week.
    """
    chosen: dict[date, str] = {}
    end = len(weeks)
    while end > 0:
        start = _start_of_version(weeks, versions, end)
        baseline = weeks[max(start, end - LOCKED_WEEKS) : end]
        estimator = best(baseline, available, surveyed_share)
        first = end - len(baseline)
        while first > start and estimator in available[weeks[first - 1]]:
            first -= 1
        chosen |= dict.fromkeys(weeks[first:end], estimator)
        end = first
    return chosen


def best(baseline: Sequence[date], available: Mapping[date, Set[str]], surveyed_share: Mapping[date, float]) -> str:
    """The best estimator that every week of the baseline has."""
    if all(surveyed_share[week] >= NEARLY_ALL_SURVEYED for week in baseline):
        return "observed"
    shared = (name for name in BEST_FIRST if all(name in available[week] for week in baseline))
    return next(shared, "observed")


def _start_of_version(weeks: Sequence[date], versions: Mapping[date, str], end: int) -> int:
    start = end - 1
    while start > 0 and versions.get(weeks[start - 1]) == versions.get(weeks[end - 1]):
        start -= 1
    return start
