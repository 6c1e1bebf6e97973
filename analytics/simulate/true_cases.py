"""The true cases: section 8 of the design applied to what was delivered and what is known.

Memory is the cases of the last 168 hours and one histogram of the running week.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.simulate.clock import DAY_MS, HOUR_MS, WEEK_MS, day_start_ms, monday_of
from analytics.simulate.scenario import GOOD_NPS
from analytics.simulate.weeks import CaseCounts, Week

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from analytics.simulate.demand import Need
    from analytics.simulate.facts import CallFacts
    from analytics.simulate.outcomes import Outcome
    from analytics.simulate.records import Call

WINDOW_MS: Final = 168 * HOUR_MS
SURVEY_LIMIT_MS: Final = 10 * DAY_MS
"""Answers count until this long after the end of the case's week (`reporting.maturity_days`)."""
UNKNOWN_USE_CASE: Final = "unknown"


@dataclass(slots=True, eq=False)
class TrueCase:
    """One case with an eligible call; the state is that of its last eligible call in the window."""

    key: tuple[str, str] | None
    case_id: str | None
    use_case: str
    week: Week
    first_ms: int
    last_call_id: str = ""
    need_met: bool = False
    felt_nps: int = 0
    handover_completed: bool = False
    invited: bool = False
    answered: bool = False

    def add(self, call: Call, facts: CallFacts, outcome: Outcome) -> None:
        """Take one eligible call of the window."""
        self.last_call_id = call.id
        self.need_met = outcome.need_met
        self.felt_nps = outcome.felt_nps
        self.handover_completed = self.handover_completed or facts.handover_completed

    def note_survey(self, answered_ms: int | None) -> None:
        """Count the case as invited and, at most once, as answered in time."""
        if not self.invited:
            self.invited = True
            self.week.cases_invited += 1
        limit_ms = day_start_ms(self.week.monday) + WEEK_MS + SURVEY_LIMIT_MS
        if answered_ms is not None and answered_ms < limit_ms and not self.answered:
            self.answered = True
            self.week.cases_answered += 1


class TrueCases:
    """Takes calls in the order of their start and keeps the true books."""

    def __init__(self, mondays: Iterable[date]) -> None:
        self._weeks = {monday: Week(monday) for monday in mondays}
        self._current: Week | None = None
        self._grouped: dict[tuple[str, str], TrueCase] = {}
        self._unsettled: deque[TrueCase] = deque()

    @property
    def weeks(self) -> list[Week]:
        """All weeks, oldest first."""
        return list(self._weeks.values())

    def add(self, call: Call, facts: CallFacts, need: Need, outcome: Outcome, *, at_ms: int) -> TrueCase | None:
        """Count a call; return its case, or None when the call changes no case."""
        week = self._week_of(at_ms)
        week.add_call(facts)
        if not facts.eligible:
            return None
        case = self._case_of(call, need, week, at_ms)
        if case is not None:
            case.add(call, facts, outcome)
        return case

    def settle(self, until_ms: int) -> Iterator[TrueCase]:
        """Close and yield the cases whose window has ended."""
        while self._unsettled and self._unsettled[0].first_ms + WINDOW_MS <= until_ms:
            case = self._unsettled.popleft()
            if case.key is not None and self._grouped.get(case.key) is case:
                del self._grouped[case.key]
            self._count(case)
            yield case

    def close(self) -> None:
        """Count what is left; those windows are cut off by the end of the simulation."""
        for case in self._unsettled:
            self._count(case)
        self._unsettled.clear()
        if self._current is not None:
            self._current.close()

    def _week_of(self, at_ms: int) -> Week:
        monday = monday_of(at_ms)
        current = self._current
        if current is None or current.monday != monday:
            if current is not None:
                current.close()
            current = self._current = self._weeks[monday]
        return current

    def _case_of(self, call: Call, need: Need, week: Week, at_ms: int) -> TrueCase | None:
        if call.case_id is not None:
            if need.ticket_case is None:
                need.ticket_case = self._open(call, None, week, at_ms)
            return need.ticket_case if at_ms < need.ticket_case.first_ms + WINDOW_MS else None
        if call.customer_id is None or call.use_case is None:
            return self._open(call, None, week, at_ms)
        key = (call.customer_id, call.use_case)
        case = self._grouped.get(key)
        if case is None or at_ms >= case.first_ms + WINDOW_MS:
            case = self._grouped[key] = self._open(call, key, week, at_ms)
        return case

    def _open(self, call: Call, key: tuple[str, str] | None, week: Week, at_ms: int) -> TrueCase:
        case = TrueCase(key, call.case_id, call.use_case or UNKNOWN_USE_CASE, week, at_ms)
        self._unsettled.append(case)
        return case

    def _count(self, case: TrueCase) -> None:
        handled = case.need_met and not case.handover_completed
        positive = case.felt_nps >= GOOD_NPS
        case.week.all_cases.add(handled=handled, positive=positive)
        case.week.by_use_case.setdefault(case.use_case, CaseCounts()).add(handled=handled, positive=positive)
