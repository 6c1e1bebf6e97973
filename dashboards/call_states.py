"""What happened in the calls, folded under section 6: cut short, silent, dropped, handed over, and how they ended."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from dashboards import wording
from dashboards.constraint_records import CallState
from dashboards.edition import Edition
from dashboards.tables import NO_VALUE, Cell, Folded, Row, Table, count_cell, exact

_ENDS = "end_reason"
#: What the finding names, if it is known: measure and kind, and what has the share.
_NAMED = {
    ("interruption", "by_caller"): "of the agent's turns were cut short",
    ("dead_air", "gap"): "of voice calls fell silent",
    ("drop", "all"): "of connected calls dropped",
    ("handover", "completed"): "were handed over",
}
_FIELDS = ("share", "", "numerator", "denominator", "", "coverage")


def call_states(edition: Edition) -> Folded | None:
    """The states of the headline week beside those of the week before; None where none are published."""
    states = {(one.week, one.measure, one.kind): one for one in edition.publication.call_states}
    now = [one for one in edition.publication.call_states if one.week == edition.week]
    if not now:
        return None
    during = [one for one in now if one.measure != _ENDS]
    ends = sorted(
        (one for one in now if one.measure == _ENDS and one.kind != "all"), key=lambda one: (-one.numerator, one.kind)
    )
    tables = [
        _table("What happened in calls", "State", during, states, "what each is stands in docs/state.md"),
        _table("How calls ended", "End", ends, states, "production calls by their end reason"),
    ]
    return Folded(_finding(now), "Table: state of the calls", [table for table in tables if table.rows])


def _finding(states: Sequence[CallState]) -> str:
    shares = {(one.measure, one.kind): one.share for one in states}
    said = [f"{wording.share(share)} {what}" for key, what in _NAMED.items() if (share := shares.get(key)) is not None]
    return f"{', '.join(said)}." if said else "No call can say how it went."


def _table(
    caption: str, first: str, shown: Sequence[CallState], states: Mapping[tuple[object, str, str], CallState], note: str
) -> Table:
    rows = [_row(one, states.get((one.week - timedelta(weeks=1), one.measure, one.kind))) for one in shown]
    columns = [first, "Share", "95% interval", "Count", "Of", "Week before", "Coverage"]
    return Table(
        caption, columns, rows, f"Coverage: calls that can know it / all; {note}.", view="state_week", fields=_FIELDS
    )


def _row(now: CallState, before: CallState | None) -> Row:
    ends = (now.ci_low, now.ci_high)
    interval = NO_VALUE if None in ends else wording.interval(ends[0] or 0.0, ends[1] or 0.0, "share")
    return Row(
        _name(now),
        [
            _share_cell(now.share),
            Cell(interval),
            count_cell(now.numerator),
            count_cell(now.denominator),
            Cell(NO_VALUE if before is None or before.share is None else wording.share(before.share)),
            _share_cell(now.coverage),
        ],
    )


def _name(state: CallState) -> str:
    kind, measure = state.kind.replace("_", " "), state.measure.replace("_", " ")
    return kind if state.measure == _ENDS else measure if state.kind == "all" else f"{measure}: {kind}"


def _share_cell(value: float | None) -> Cell:
    return Cell(wording.share(value), {"value": exact(value)})
