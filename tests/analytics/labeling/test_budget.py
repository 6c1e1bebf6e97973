"""Caps are kept before sending, and what they leave out is a random part whose probability is known."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import ConfigurationError
from analytics.labeling.answer import Usage
from analytics.labeling.budget import Budget, stamp
from analytics.labeling.journal import Journal
from analytics.labeling.journal_records import Sent, Taken
from analytics.labeling.remote import prompt_for
from analytics.labeling.tokens import estimate_tokens, most_input_tokens
from analytics.sections import Labeling
from tests.analytics.labeling.fault_server import FaultServer, fault_server
from tests.analytics.labeling.remote_calls import NOW, PRICES, ask, conversation, labels, remote_labeler, statuses

CALLS = [conversation(f"native:{n}", f"please help me {n:03}") for n in range(40)]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        yield running


def spent(tmp_path: Path) -> Decimal:
    with Journal.open(tmp_path / "labels.sqlite") as journal:
        return Decimal(journal.spent_nano_usd()) / 10**9


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), max_size=30), st.integers(0, 300))
def test_reservations_never_exceed_the_room(costs: list[tuple[int, int]], room: int) -> None:
    async def spend() -> int:
        budget, paid = Budget(room), 0
        for most, cost in costs:
            if await budget.reserve(most):
                budget.settle(most, min(cost, most))
                paid += min(cost, most)
        return paid

    assert asyncio.run(spend()) <= room


def test_a_reservation_waits_for_what_is_in_flight_and_then_all_is_no() -> None:
    async def play() -> list[bool]:
        budget = Budget(100)
        assert await budget.reserve(80)
        waiting = asyncio.create_task(budget.reserve(60))
        await asyncio.sleep(0)
        assert not waiting.done()
        budget.settle(80, 10)
        first = await waiting
        budget.settle(60, None)
        return [first, await budget.reserve(60), await budget.reserve(1)]

    assert asyncio.run(play()) == [True, False, False]


def test_a_run_stays_under_its_cap_and_the_rest_is_skipped(server: FaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.01")
    counts = ask(labeler, CALLS)
    assert spent(tmp_path) <= Decimal("0.01")
    assert counts["ok"] + counts["skipped_budget"] == len(CALLS)
    assert counts["ok"] > 5
    assert statuses(labeler, CALLS).count("skipped_budget") == counts["skipped_budget"]


def test_calls_are_taken_in_their_random_order_with_a_known_probability(server: FaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.01")
    taken = ask(labeler, CALLS)["ok"]
    found = list(labels(labeler, CALLS).values())
    assert [label.status for label in found] == ["ok"] * taken + ["skipped_budget"] * (len(CALLS) - taken)
    probability = (taken + 0.5) / len(CALLS)
    assert {label.selection_probability for label in found} == {probability}


def test_an_equal_call_that_was_taken_takes_no_other_into_the_sample(server: FaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.01")
    calls = [conversation(f"native:{n}", f"please help me {n % 10}") for n in range(10)]
    calls += [conversation(f"native:{n}", f"please help me {n}") for n in range(10, 70)]
    calls += [conversation(f"native:{n}", f"please help me {n % 10}") for n in range(70, 80)]
    ask(labeler, calls)
    found = list(labels(labeler, calls).values())
    taken = [label.status for label in found].index("skipped_budget")
    assert 10 < taken < 70
    assert [label.status for label in found] == ["ok"] * taken + ["skipped_budget"] * (80 - taken)
    assert {label.selection_probability for label in found} == {(taken + 0.5) / 80}


def test_a_decision_stands_until_it_is_asked_for_again(server: FaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.01")
    taken = ask(labeler, CALLS)["ok"]
    later = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.01", run_id="later")
    assert not ask(later, CALLS)
    more = ask(later, CALLS, retry=["skipped_budget"])["ok"]
    assert more > 5
    found = list(labels(later, CALLS).values())
    assert [label.status for label in found].count("ok") == taken + more
    assert {label.selection_probability for label in found} == {(taken + more + 0.5) / len(CALLS)}
    assert max(server.paid.values()) == 1


def test_a_month_s_cap_counts_what_the_month_has_spent(server: FaultServer, tmp_path: Path) -> None:
    ask(remote_labeler(tmp_path, server.base_url), CALLS[:20])
    before = spent(tmp_path)
    november = remote_labeler(tmp_path, server.base_url, max_usd_per_month=str(before), run_id="b")
    assert ask(november, CALLS) == {"skipped_budget": 20}
    december = datetime(2026, 12, 1, tzinfo=UTC)
    fresh = remote_labeler(tmp_path, server.base_url, max_usd_per_month=str(before), run_id="c", now=december)
    assert ask(fresh, CALLS, retry=["skipped_budget"])["ok"] > 5


def test_a_killed_round_goes_on_where_it_stopped(server: FaultServer, tmp_path: Path) -> None:
    """The calls that a killed round had taken get the probability of the round that ends."""
    killed = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.01", concurrency=1)

    def dying() -> Iterator:
        yield from CALLS[:5]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed.ask(place for place in _placed(dying()))
    resumed = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.01", run_id="later")
    resumed.ask(_placed(CALLS))
    found = list(labels(resumed, CALLS).values())
    taken = [label.status for label in found].count("ok")
    assert {label.selection_probability for label in found} == {(taken + 0.5) / len(CALLS)}


def _placed(calls: object) -> Iterator:
    from analytics.labeling.backlog import Candidate

    for position, call in enumerate(calls):  # type: ignore[arg-type]
        yield Candidate(call, (position + 0.5) / len(CALLS))


def test_what_a_killed_round_had_sent_stays_in_its_sample(server: FaultServer, tmp_path: Path) -> None:
    """The first three requests were in flight at a kill and count as paid; there is no room to send them again."""
    labeler = remote_labeler(tmp_path, server.base_url, max_usd_per_month="1")
    prompt = prompt_for(Labeling(model="gpt-4.1-mini"))
    with Journal.open(tmp_path / "labels.sqlite") as journal:
        for n, call in enumerate(CALLS[:3]):
            content = prompt.message(call).sha256
            sent = Sent(n + 1, content, labeler.version, call.call_id, 1, "killed", stamp(NOW), 1, 10**9)
            journal.write([Taken(call.call_id, labeler.version, (n + 0.5) / len(CALLS)), sent])
    assert ask(labeler, CALLS) == {"pending": 3, "skipped_budget": 37}
    found = list(labels(labeler, CALLS).values())
    assert [label.status for label in found] == ["pending"] * 3 + ["skipped_budget"] * 37
    assert {label.selection_probability for label in found} == {3.5 / len(CALLS)}
    next_month = remote_labeler(tmp_path, server.base_url, max_usd_per_month="1", now=datetime(2026, 12, 1, tzinfo=UTC))
    assert ask(next_month, CALLS) == {"ok": 3}
    assert {label.selection_probability for label in labels(next_month, CALLS).values()} == {3.5 / len(CALLS)}


def test_without_a_cap_nothing_is_left_out(server: FaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    assert ask(labeler, CALLS) == {"ok": len(CALLS)}
    assert {label.selection_probability for label in labels(labeler, CALLS).values()} == {1.0}


def test_a_model_without_a_price_needs_a_run_without_a_cap(server: FaultServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="price book"):
        ask(remote_labeler(tmp_path, server.base_url, prices=None, max_usd_per_run="1"), CALLS)
    free = remote_labeler(tmp_path, server.base_url, prices=None)
    ask(free, CALLS[:1])
    assert labels(free, CALLS[:1])["native:0"].cost_usd is None


def test_tokens_are_priced_exactly() -> None:
    usage = Usage(1240, 38, cached_tokens=1024)
    assert PRICES.nano_usd(usage) == 216 * 400 + 1024 * 100 + 38 * 1600
    assert PRICES.nano_usd(usage, Decimal("0.5")) == PRICES.nano_usd(usage) // 2


def test_tokens_come_from_bytes_first_and_from_answers_later(server: FaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    first = labeler.plan(_placed(CALLS))
    assert not first.is_measured
    assert first.counts.to_send == len(CALLS)
    ask(labeler, [conversation(f"native:{n}", "word " * n) for n in range(30)])
    later = labeler.plan(_placed(CALLS))
    assert later.is_measured
    real = sum(1000 + labeler._prompt.message(call).size // 4 for call in CALLS)
    assert later.input_tokens.expected == pytest.approx(real, rel=0.01)
    assert later.output_tokens.expected == 100 * len(CALLS)


def test_a_plan_brackets_what_the_answers_cost(server: FaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    plan = labeler.plan(_placed(CALLS))
    assert plan.usd is not None
    assert plan.usd.low < plan.usd.expected < plan.usd.high
    ask(labeler, CALLS)
    assert float(spent(tmp_path)) < plan.usd.high
    assert labeler.plan(_placed(CALLS)).counts.answered == len(CALLS)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_no_text_has_more_tokens_than_bytes(text: str) -> None:
    assert most_input_tokens(len(text.encode())) >= len(text)


def test_equal_sizes_make_no_line_but_an_average(tmp_path: Path, server: FaultServer) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    ask(labeler, CALLS)
    with Journal.open(tmp_path / "labels.sqlite") as journal:
        usages = journal.usages(labeler.version)
    estimate = estimate_tokens(usages, 0)
    assert estimate.input_range(usages.n, usages.bytes).expected == pytest.approx(usages.input_tokens)
