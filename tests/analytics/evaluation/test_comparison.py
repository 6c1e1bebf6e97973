"""One question: who is left out and why, what the baselines answer, and where figures are refused."""

from datetime import date
from typing import Any

import pytest

from analytics.evaluation.baselines import majority_pairs, tool_answer, tool_confirmed
from analytics.evaluation.comparison import Comparison, compare
from analytics.evaluation.figures import Pair
from analytics.evaluation.verdicts import Asked, Verdict
from analytics.labeling.interface import ToolUse


def verdict(number: int, truth: str | None, answer: str | None, **more: Any) -> Verdict:
    defaults: dict[str, Any] = {
        "question": "resolved",
        "unit": "call",
        "unit_id": f"c{number}",
        "call_id": f"c{number}",
        "call_date": date(2026, 10, 5),
        "drawn": False,
        "sampling_probability": None,
        "use_case": "x",
        "language": None,
        "channel": "phone",
        "agent_version": None,
        "transcript": "whole",
        "status": "ok",
    }
    return Verdict(truth=truth, answer=answer, **(defaults | more))


def compared(verdicts: list[Verdict], tools: dict[str, bool | None] | None = None, min_n: int = 4) -> Comparison:
    return compare(Asked("resolved", "call", drawn=False, verdicts=tuple(verdicts)), tools or {}, min_n)


RIGHT = [verdict(n, "resolved", "resolved") for n in range(3)]
WRONG = [verdict(n, "not_resolved", "resolved", use_case="y") for n in range(3, 5)]


def test_calls_that_cannot_agree_are_left_out_by_reason_and_failures_are_not() -> None:
    others = [
        verdict(10, None, "resolved"),
        verdict(11, "unclear", "resolved"),
        verdict(12, "resolved", None, status="gated"),
        verdict(13, "resolved", None, status="skipped_budget"),
        verdict(14, "resolved", None, status="not labeled"),
        verdict(15, "resolved", None, status="invalid"),
    ]
    found = compared([*RIGHT, *WRONG, *others])
    assert found.left_out == {
        "gated": 1,
        "not labeled": 1,
        "reviewers disagree": 1,
        "skipped_budget": 1,
        "unclear to reviewers": 1,
    }
    labeler = found.compared[0].figures
    assert (found.n, labeler.decided.value, labeler.accuracy.value) == (6, 5 / 6, 3 / 5)


def test_below_the_least_number_there_is_a_reason_and_no_figure() -> None:
    found = compared([*RIGHT, *WRONG], min_n=6)
    assert found.reason == "5 decided calls are fewer than 6: no figures"
    assert (found.compared, found.classes, found.segments) == ([], [], [])
    assert sum(cell.n for cell in found.matrix) == 5


def test_baselines_stand_beside_the_labeler_on_the_same_calls() -> None:
    tools = {"c0": True, "c1": False, "c2": None, "c3": False, "c4": False}
    found = {row.name: row.figures for row in compared([*RIGHT, *WRONG], tools).compared}
    assert list(found) == ["labeler", "majority class", "tool rule", "labeler, same calls"]
    assert found["majority class"].accuracy.value == 3 / 5
    assert (found["tool rule"].decided.value, found["tool rule"].accuracy.value) == (4 / 5, 3 / 4)
    assert (found["labeler, same calls"].n, found["labeler, same calls"].accuracy.value) == (4, 2 / 4)


def test_segments_have_figures_from_the_least_number_on_and_unknown_is_one() -> None:
    found = compared([*RIGHT, *WRONG], min_n=3).segments
    assert [(part.dimension, part.segment, part.n, part.figures is not None) for part in found] == [
        ("use_case", "x", 3, True),
        ("use_case", "y", 2, False),
        ("language", "unknown", 5, True),
        ("channel", "phone", 5, True),
        ("agent_version", "unknown", 5, True),
        ("transcript", "whole", 5, True),
    ]


def test_a_drawn_call_weighs_as_many_as_it_stands_for() -> None:
    rare = [verdict(n, "resolved", "resolved", drawn=True, sampling_probability=0.1) for n in range(4)]
    common = [verdict(n, "not_resolved", "resolved", drawn=True, sampling_probability=1.0) for n in range(4, 8)]
    found = compare(Asked("resolved", "call", drawn=True, verdicts=(*rare, *common)), {}, 4)
    labeler = found.compared[0].figures
    assert (found.sample, labeler.accuracy.n) == ("random", 8)
    assert labeler.accuracy.value == pytest.approx(40 / 44)


@pytest.mark.parametrize(
    ("truths", "answer"),
    [(["a", "b", "b"], "b"), (["b", "a"], "a"), ([], None)],
    ids=["most frequent", "first by name", "nothing"],
)
def test_the_majority_is_one_answer_to_all(truths: list[str], answer: str | None) -> None:
    assert {pair.answer for pair in majority_pairs([Pair(truth, None) for truth in truths])} <= {answer}


def tool(name: str, *, ok: bool | None) -> ToolUse:
    return ToolUse(None, name, "api", transport_ok=True, business_ok=ok, error_type=None)


@pytest.mark.parametrize(
    ("tools", "confirmed", "answer"),
    [
        ([tool("create_booking", ok=False), tool("create_booking", ok=True)], True, "resolved"),
        ([tool("create_booking", ok=True), tool("cancel_booking", ok=False)], False, "not_resolved"),
        ([tool("create_booking", ok=True), tool("get_weather", ok=False)], True, "resolved"),
        ([tool("create_booking", ok=None)], False, "not_resolved"),
        ([tool("get_weather", ok=True)], None, "unclear"),
        ([], None, "unclear"),
    ],
    ids=["retried", "undone", "a reading tool says nothing", "silent", "only read", "no tool"],
)
def test_the_last_tool_that_writes_decides(tools: list[ToolUse], confirmed: bool | None, answer: str) -> None:
    assert tool_confirmed(tools) is confirmed
    assert tool_answer("resolved", tool_confirmed(tools)) == answer
