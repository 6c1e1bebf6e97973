"""A change of the labeler: where it breaks the series, and how much of a step is its own and not the customers'."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from analytics.metrics.registry import registry
from dashboards import wording
from dashboards.figures import Event
from dashboards.meta_records import LabelerChange
from dashboards.publication import Publication
from dashboards.records import Kpi

#: Of the questions of mart.labeler_changes the one that stands for the north star.
_QUESTION = "resolved_and_neutral_to_positive"


@dataclass(frozen=True)
class SeriesBreak:
    """The first week that another labeler version judged than the week before it."""

    week: date
    labeler_version: str


def series_breaks(publication: Publication, weeks: Sequence[date]) -> list[SeriesBreak]:
    """Breaks in these weeks, oldest first; a week that no labeler judged breaks nothing."""
    versions = publication.labeler_versions
    judged = sorted(versions)
    return [
        SeriesBreak(week, versions[week])
        for before, week in pairwise(judged)
        if versions[week] != versions[before] and week in weeks
    ]


def is_one_series(publication: Publication, now: Kpi, before: Kpi) -> bool:
    """Whether two numbers of a metric can be compared: same estimator and, where it needs labels, same labeler."""
    versions = publication.labeler_versions
    same_labeler = versions.get(now.week) == versions.get(before.week)
    return now.estimator == before.estimator and (same_labeler or not registry()[now.metric].needs_labels)


def labeler_changes(publication: Publication, weeks: Sequence[date]) -> list[LabelerChange]:
    """Changes to a version that judged one of these weeks, what they did to the north star's level, oldest first."""
    judged = {publication.labeler_versions.get(week) for week in weeks}
    return [
        change
        for change in publication.labeler_changes
        if change.question == _QUESTION and change.labeler_version in judged
    ]


def labeler_events(publication: Publication, weeks: Sequence[date], metric: str) -> list[Event]:
    """Breaks on a chart of these weeks; where every week was labelled again, the week in which that was done."""
    if not registry()[metric].needs_labels:
        return []
    if breaks := series_breaks(publication, weeks):
        return [Event(one.week, "new labeler", "labeler") for one in breaks]
    days = [change.changed_at.date() for change in labeler_changes(publication, weeks)]
    return [Event(day - timedelta(days=day.weekday()), "all weeks relabelled", "labeler") for day in days]


def change_sentence(publication: Publication, weeks: Sequence[date]) -> str:
    """The newest change in a sentence; empty where one labeler judged all these weeks from the start."""
    changes, breaks = labeler_changes(publication, weeks), series_breaks(publication, weeks)
    if not changes and not breaks:
        return ""
    if breaks:
        when = f"Another labeler judges from {wording.iso_week(breaks[-1].week)} on"
    else:
        when = f"All weeks were labelled again on {wording.day(changes[-1].changed_at.date())}"
    return f"{when}: {_shift(changes[-1]) if changes else 'by how much it shifts the level is not measured'}."


def _shift(change: LabelerChange) -> str:
    return f"{wording.difference(change.shift, 'share')} on the same {wording.count(change.n)} calls"


def change_in_words(publication: Publication, weeks: Sequence[date]) -> tuple[str, str] | None:
    """The newest change as a value and what it means; None where there is none."""
    sentence = change_sentence(publication, weeks)
    if not sentence:
        return None
    changes = labeler_changes(publication, weeks)
    if not changes:
        return "not measured", f"{sentence} No call was labelled by both versions."
    newest = changes[-1]
    pair = f"{wording.quoted(newest.labeler_version)} in place of {wording.quoted(newest.previous_version)}"
    ends = [wording.difference(end, "share") for end in (newest.shift_ci_low, newest.shift_ci_high)]
    return wording.difference(newest.shift, "share"), (
        f"{sentence} {pair}, share resolved and neutral-to-positive, 95% interval {ends[0]} to {ends[1]}:"
        " that much of a step is the labeler's, not the customers'."
    )
