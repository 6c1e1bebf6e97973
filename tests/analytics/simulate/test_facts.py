"""Eligibility and valid latency of single calls, by section 8."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.simulate.facts import facts_of
from analytics.simulate.percentiles import percentile
from analytics.simulate.records import Call, Latency, Turn

ASKED = Turn(1, "caller", "I want to move my appointment", 3_000, 5_000)


def agent(seq: int, start_ms: int, end_ms: int, ttft_ms: int = 1_000, **fields: Any) -> Turn:
    return Turn(seq, "agent", "Sure", start_ms, end_ms, Latency(ttft_ms), **fields)


def call(*turns: Turn, **fields: Any) -> Call:
    return Call("c", "2026-02-02T10:00:00.000Z", turns=list(turns) or None, **fields)


@pytest.mark.parametrize(
    ("fields", "eligible"),
    [
        ({}, True),
        ({"end_reason": "no_answer"}, False),
        ({"end_reason": "no_answer", "connected": True}, True),
        ({"end_reason": "voicemail"}, False),
        ({"environment": "staging"}, False),
        ({"environment": "production"}, True),
    ],
)
def test_facts_decide_eligibility(fields: dict[str, Any], eligible: bool) -> None:
    assert facts_of(call(ASKED, **fields)).eligible is eligible


@pytest.mark.parametrize(("text", "eligible"), [("Sorry, what?", False), ("No, thank you", True)])
def test_three_caller_words_make_a_conversation(text: str, eligible: bool) -> None:
    assert facts_of(call(Turn(0, "caller", text, 0, 900))).eligible is eligible


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([agent(0, 0, 2_000), ASKED, agent(2, 6_000, 8_000)], [1_000]),
        ([agent(0, 0, 2_000), ASKED, agent(2, 6_000, 8_000, cancelled=True)], []),
        ([agent(0, 0, 3_200, interrupted=True), ASKED, agent(2, 6_000, 8_000)], []),
        ([ASKED, agent(2, 6_000, 8_000, interrupted=True), agent(3, 8_100, 9_000)], [1_000]),
        ([ASKED, agent(2, 6_000, 8_000, ttft_ms=-1_000)], []),
        ([ASKED, agent(2, 6_000, 8_000, ttft_ms=60_001)], []),
    ],
    ids=["answer", "cancelled", "barge-in", "own interruption", "negative", "too long"],
)
def test_only_the_first_answer_to_a_caller_has_a_latency(turns: list[Turn], expected: list[int]) -> None:
    assert facts_of(call(*turns)).ttft_ms == expected


@pytest.mark.parametrize(
    ("counts", "share", "expected"),
    [({}, 0.5, None), ({7: 1}, 0.95, 7), ({1: 1, 2: 1, 3: 1, 4: 1}, 0.5, 2.5), ({10: 3, 20: 1}, 0.95, 18.5)],
)
def test_percentiles_are_exact_and_interpolated(counts: dict[int, int], share: float, expected: float | None) -> None:
    value = percentile(counts, share)
    assert value is expected or value == pytest.approx(expected)
