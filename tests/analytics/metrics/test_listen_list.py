"""mart.listen_list: which calls are picked, why, and where to start; the same data give the same list."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analytics.metrics.build import build_mart
from analytics.workspace import Workspace
from tests.pipeline import Record, call, land, refresh, rows, workspace_at

LISTED = "select * from mart.listen_list order by rank"


def talk(number: int, ttft_ms: int = 900, **more: Any) -> Record:
    """An eligible call of its own case with three turns, the answer after `ttft_ms`."""
    turns = [
        {"seq": 0, "speaker": "caller", "text": "please help me now"},
        {"seq": 1, "speaker": "agent", "text": "yes", "latency": {"ttft_ms": ttft_ms}},
        {"seq": 2, "speaker": "caller", "text": "thanks"},
    ]
    return call(f"c{number}", "2026-10-05T10:00:00Z", use_case="billing", turns=turns, **more)


def survey(number: int, score: int) -> Record:
    return {"record": "survey", "id": f"s{number}", "call_id": f"c{number}", "instrument": "nps", "score": score,
            "answered_at": "2026-10-05T12:00:00Z"}  # fmt: skip


def label(outcome: str, sentiment: str = "neutral") -> dict[str, Any]:
    return {"outcome": outcome, "sentiment": sentiment, "nps_predicted": 5 if outcome == "unresolved" else 8}


#: One call for each rule, then failed and good ones.
CALLS = [
    talk(1, ttft_ms=4000),
    talk(2),
    talk(3, tool_calls=[{"id": "t", "turn_seq": 1, "name": "book", "transport_ok": False, "error_type": "timeout"}]),
    *(talk(number) for number in range(4, 24)),
    survey(1, 3),
    survey(2, 2),
]
LABELS = {
    "native:c1": label("unresolved"),
    "native:c2": label("resolved", "positive"),
    "native:c3": label("unresolved"),
    **{f"native:c{number}": label("unresolved") for number in range(4, 14)},
    **{f"native:c{number}": label("resolved") for number in range(14, 24)},
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with workspace_at(tmp_path_factory.mktemp("listen") / "home") as workspace:
        land(workspace, "calls.jsonl", CALLS)
        refresh(workspace, LABELS)
        build_mart(workspace, "listen_list")
        yield workspace


def test_ten_calls_are_picked_by_rule_and_each_once(lake: Workspace) -> None:
    listed = rows(lake, LISTED)
    assert [row["rank"] for row in listed] == list(range(1, 11))
    assert len({row["call_id"] for row in listed}) == 10
    assert [row["reason"] for row in listed] == [
        "slow_and_detractor", "label_disagrees", "tool_failure", *["failed_case"] * 6, "random_control",
    ]  # fmt: skip


def test_a_call_starts_at_the_turn_in_question(lake: Workspace) -> None:
    starts = {row["reason"]: (row["call_id"], row["turn_seq"]) for row in rows(lake, LISTED)}
    assert starts["slow_and_detractor"] == ("native:c1", 1)
    assert starts["label_disagrees"] == ("native:c2", 2)
    assert starts["tool_failure"] == ("native:c3", 1)


def test_what_made_the_call_stand_out_is_beside_it(lake: Workspace) -> None:
    listed = {row["reason"]: row for row in rows(lake, LISTED)}
    assert (listed["slow_and_detractor"]["worst_turn_ms"], listed["slow_and_detractor"]["nps_score"]) == (4000, 3)
    assert (listed["tool_failure"]["failed_tool"], listed["tool_failure"]["tool_error"]) == ("book", "timeout")


def test_the_same_records_in_another_order_give_the_same_list(lake: Workspace, tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        land(workspace, "calls.jsonl", CALLS[::-1])
        refresh(workspace, LABELS)
        build_mart(workspace, "listen_list")
        assert rows(workspace, LISTED) == rows(lake, LISTED)


def test_a_case_that_was_handled_and_came_back_is_heard_at_its_last_call(tmp_path: Path) -> None:
    again = [
        call("a", "2026-10-05T10:00:00Z", customer_id="u", use_case="billing"),
        call("b", "2026-10-06T10:00:00Z", customer_id="u", use_case="billing"),
    ]
    with workspace_at(tmp_path / "home") as workspace:
        land(workspace, "calls.jsonl", again)
        refresh(workspace, {"native:a": label("unresolved"), "native:b": label("resolved")})
        build_mart(workspace, "listen_list")
        listed = rows(workspace, LISTED)
    assert [(row["call_id"], row["reason"]) for row in listed] == [
        ("native:b", "repeat_after_handled"), ("native:a", "random_control"),
    ]  # fmt: skip


def test_the_segment_that_fell_most_gives_three_calls(tmp_path: Path) -> None:
    before = [call(f"x{n}", "2026-09-28T10:00:00Z", use_case="a" if n < 40 else "b") for n in range(80)]
    now = [call(f"y{n}", "2026-10-05T10:00:00Z", use_case="a" if n < 40 else "b") for n in range(80)]
    labels = {f"native:x{n}": label("resolved") for n in range(80)}
    labels |= {f"native:y{n}": label("unresolved" if n < 30 else "resolved") for n in range(80)}
    with workspace_at(tmp_path / "home") as workspace:
        land(workspace, "calls.jsonl", [*before, *now])
        refresh(workspace, labels)
        build_mart(workspace, "listen_list")
        listed = rows(workspace, "select * from mart.listen_list where iso_week = '2026-W41' order by rank")
    assert [row["reason"] for row in listed] == [*["driver_segment"] * 3, "random_control"]
    assert {row["driver_segment"] for row in listed[:3]} == {"a"}
