"""The true books follow section 8: the window, the last call, handovers, explicit ids."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analytics.simulate.clock import HOUR_MS, stamp
from analytics.simulate.demand import Need
from analytics.simulate.facts import CallFacts
from analytics.simulate.outcomes import Outcome
from analytics.simulate.records import Call
from analytics.simulate.true_cases import TrueCases
from analytics.simulate.use_cases import USE_CASES

START_MS = 1_770_000_000_000
MONDAYS = [date(2026, 2, 2), date(2026, 2, 9)]


def need(**changes: Any) -> Need:
    fields: dict[str, Any] = {
        "use_case": USE_CASES[0],
        "use_case_known": True,
        "customer_id": "u",
        "mood": 0.0,
        "language": "en",
        "language_known": True,
        "channel": "phone",
        "direction": "inbound",
        "production": True,
    }
    return Need(**(fields | changes))


def add(
    books: TrueCases,
    about: Need,
    hours: float,
    *,
    met: bool = True,
    felt: int = 9,
    handover: bool = False,
    eligible: bool = True,
) -> None:
    at_ms = START_MS + int(hours * HOUR_MS)
    call = Call("c", stamp(at_ms), case_id=about.case_id, customer_id=about.customer_id, use_case="reschedule")
    facts = CallFacts(True, eligible, handover, 60_000, [])
    books.add(call, facts, about, Outcome("conversation", need_met=met, felt_nps=felt), at_ms=at_ms)


def counts(books: TrueCases) -> tuple[int, int, int]:
    books.close()
    weeks = [week.all_cases for week in books.weeks]
    return (
        sum(week.cases for week in weeks),
        sum(week.handled for week in weeks),
        sum(week.handled_positive for week in weeks),
    )


@pytest.mark.parametrize(("hours", "cases"), [(167.99, 1), (168.0, 2)])
def test_the_window_is_168_hours_from_the_first_call(hours: float, cases: int) -> None:
    books, about = TrueCases(MONDAYS), need()
    add(books, about, 0)
    add(books, about, hours)
    assert counts(books)[0] == cases


@pytest.mark.parametrize(("first", "last", "handled"), [(True, False, 0), (False, True, 1)])
def test_the_last_call_in_the_window_decides(first: bool, last: bool, handled: int) -> None:
    books, about = TrueCases(MONDAYS), need()
    add(books, about, 0, met=first)
    add(books, about, 5, met=last)
    assert counts(books) == (1, handled, handled)


def test_a_completed_handover_undoes_handling_even_when_a_later_call_meets_the_need() -> None:
    books, about = TrueCases(MONDAYS), need()
    add(books, about, 0, handover=True)
    add(books, about, 1)
    assert counts(books) == (1, 0, 0)


@pytest.mark.parametrize(("felt", "positive"), [(6, 0), (7, 1)])
def test_seven_is_the_lowest_neutral_feeling(felt: int, positive: int) -> None:
    books = TrueCases(MONDAYS)
    add(books, need(), 0, felt=felt)
    assert counts(books) == (1, 1, positive)


def test_a_late_call_changes_nothing_in_an_explicit_case() -> None:
    books, about = TrueCases(MONDAYS), need(case_id="T-1")
    add(books, about, 0)
    add(books, about, 200, met=False)
    assert counts(books) == (1, 1, 1)


def test_a_grouped_case_takes_no_call_with_an_explicit_id() -> None:
    books = TrueCases(MONDAYS)
    add(books, need(), 0)
    add(books, need(case_id="T-1"), 1)
    assert counts(books)[0] == 2


def test_calls_without_a_customer_are_cases_of_their_own() -> None:
    books, about = TrueCases(MONDAYS), need(customer_id=None)
    add(books, about, 0)
    add(books, about, 1)
    assert counts(books)[0] == 2


def test_only_eligible_calls_open_a_case() -> None:
    books, about = TrueCases(MONDAYS), need()
    add(books, about, 0, eligible=False)
    add(books, about, 100, met=False)
    add(books, about, 200)
    assert counts(books) == (1, 1, 1)


def test_settled_cases_are_given_out_once() -> None:
    books = TrueCases(MONDAYS)
    add(books, need(), 0)
    assert not list(books.settle(START_MS + 167 * HOUR_MS))
    assert len(list(books.settle(START_MS + 168 * HOUR_MS))) == 1
    assert counts(books)[0] == 1
