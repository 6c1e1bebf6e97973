"""Case records of the ticket system: opened with the first call of a need, closed some time after the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.simulate import scenario
from analytics.simulate.chance import stream
from analytics.simulate.clock import DAY_MS, HOUR_MS, stamp
from analytics.simulate.records import Case

if TYPE_CHECKING:
    from analytics.simulate.demand import Need


class Tickets:
    """Writes what a ticket system would export about needs with an explicit case id."""

    def __init__(self, *, seed: int, end_ms: int) -> None:
        self._rng = stream(seed, "tickets")
        self._end_ms = end_ms

    def opened(self, case_id: str, at_ms: int) -> Case:
        """Return the record of a new ticket."""
        return Case(case_id, stamp(at_ms))

    def closed(self, need: Need, *, ended_ms: int) -> tuple[int, Case] | None:
        """Return the moment of closing and the final record, or None when the ticket stays open."""
        closed_ms = ended_ms + HOUR_MS + int(self._rng.random() ** 3 * 3 * DAY_MS)
        stays_open = self._rng.random() < scenario.TICKET_LEFT_OPEN_SHARE or closed_ms >= self._end_ms
        if need.case_id is None or need.ticket_case is None or stays_open:
            return None
        record = Case(need.case_id, stamp(need.opened_ms), 2, stamp(closed_ms), need.ticket_case.need_met)
        return closed_ms, record
