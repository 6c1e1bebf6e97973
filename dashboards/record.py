"""Section 8: what changed after it was published, and what the team noted."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.metrics.registry import registry
from dashboards import wording
from dashboards.edition import Edition
from dashboards.labelers import labeler_changes
from dashboards.meta_records import LabelerChange
from dashboards.records import Revision
from dashboards.tables import NO_VALUE, Cell, Row, Table, exact

MAX_ROWS = 12


@dataclass(frozen=True)
class RecordReport:
    """Revisions and notes, and the notes that could not be used."""

    revisions: Table
    notes: Table
    errors: Sequence[str]


def record_report(edition: Edition) -> RecordReport:
    """What stands on the record of the weeks shown."""
    return RecordReport(_revisions(edition), _notes(edition), edition.annotations.errors)


def _revisions(edition: Edition) -> Table:
    shown = [
        one for one in edition.publication.revisions if edition.weeks[0] <= one.week <= edition.week and _matters(one)
    ]
    hidden = len(shown) - MAX_ROWS
    rest = f" {wording.count(hidden)} older ones are in mart.kpi_revisions." if hidden > 0 else ""
    return Table(
        "Totals that changed after they were published",
        ["Metric", "Week", "Was", "Is", "Why"],
        [_revision_row(one) for one in shown[:MAX_ROWS]],
        f"A provisional week that went on is no revision.{rest}",
        view="kpi_revisions",
        fields=("", "old_value", "new_value"),
    )


def _matters(revision: Revision) -> bool:
    return revision.reason != "clock" and revision.metric in registry()


def _revision_row(revision: Revision) -> Row:
    unit = registry()[revision.metric].unit
    values = [
        Cell(NO_VALUE if value is None else wording.amount(value, unit), {"value": exact(value)})
        for value in (revision.old_value, revision.new_value)
    ]
    week = wording.iso_week(revision.week)
    return Row(registry()[revision.metric].label, [Cell(week), *values, Cell(revision.reason.replace("_", " "))])


def _change_text(change: LabelerChange) -> str:
    pair = f"{wording.quoted(change.labeler_version)} in place of {wording.quoted(change.previous_version)}"
    return f"{pair}: {wording.difference(change.shift, 'share')} on the same {wording.count(change.n)} calls"


def _notes(edition: Edition) -> Table:
    first, last = edition.long_weeks[0], edition.through
    releases = [
        Row(
            wording.iso_week(one.week),
            [Cell("release"), Cell(f"version {wording.quoted(one.agent_version)}"), Cell("calls")],
        )
        for one in edition.publication.releases
        if first <= one.week <= last
    ]
    labelers = [
        Row(wording.day(one.changed_at.date()), [Cell("labeler"), Cell(_change_text(one)), Cell("labels")])
        for one in labeler_changes(edition.publication, edition.long_weeks)
    ]
    notes = [
        Row(wording.day(one.start), [Cell(one.kind), Cell(one.text), Cell(one.author or NO_VALUE)])
        for one in edition.annotations.entries
        if one.end >= first and one.start <= edition.final_from(last)
    ]
    note = "A release is the first week in which a version has one call in a hundred; notes are in annotations.csv."
    return Table(
        "Releases and notes", ["When", "Kind", "What", "Who"], [*releases, *labelers, *notes], note, holds_words=True
    )
