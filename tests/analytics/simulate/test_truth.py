"""The truth file agrees with an independent recount of the delivered files."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

Calls = dict[str, dict[str, Any]]
Rows = list[dict[str, Any]]
Case = dict[str, Any]
WINDOW = timedelta(hours=168)
NOT_CONNECTED = {"no_answer", "busy", "rejected", "failed_to_connect", "abandoned_before_connect"}
EXCLUDED = {"voicemail", "wrong_number", "ivr_reached", "cancelled", "blocked_by_limit"}


def is_connected(call: dict[str, Any]) -> bool:
    return call.get("connected", call.get("end_reason") not in NOT_CONNECTED)


def is_production(call: dict[str, Any]) -> bool:
    return call.get("environment", "production") == "production"


def is_eligible(call: dict[str, Any]) -> bool:
    words = sum(len(turn["text"].split()) for turn in call.get("turns", []) if turn["speaker"] == "caller")
    return is_connected(call) and is_production(call) and call.get("end_reason") not in EXCLUDED and words >= 3


def minutes(call: dict[str, Any]) -> float:
    if "ended_at" not in call or not is_connected(call) or not is_production(call):
        return 0.0
    end = datetime.fromisoformat(call["ended_at"])
    answered = datetime.fromisoformat(call.get("answered_at", call["started_at"]))
    return max(0.0, (end - answered).total_seconds() / 60)


def valid_ttft_ms(turns: Rows) -> list[int]:
    found = []
    for i, turn in enumerate(turns):
        if i == 0 or turn["speaker"] != "agent" or turns[i - 1]["speaker"] != "caller":
            continue
        ended = [earlier["end_ms"] for earlier in turns[:i] if earlier["speaker"] == "agent" and "end_ms" in earlier]
        barged_in = bool(ended) and turns[i - 1]["start_ms"] < ended[-1]
        ttft_ms = turn.get("latency", {}).get("ttft_ms", 0)
        if not turn.get("cancelled") and not barged_in and 0 < ttft_ms <= 60_000:
            found.append(ttft_ms)
    return found


def monday(moment: datetime) -> str:
    return (moment - timedelta(days=moment.weekday())).date().isoformat()


@pytest.fixture(scope="module")
def eligible(calls: Calls) -> Rows:
    return sorted((call for call in calls.values() if is_eligible(call)), key=lambda call: call["start"])


@pytest.fixture(scope="module")
def cases(eligible: Rows) -> list[Case]:
    """Cases with an eligible call, by the rules of section 8; `calls` are those of the window."""
    open_cases: dict[Any, Case] = {}
    found: list[Case] = []
    for call in eligible:
        if "case_id" in call:
            key: Any = ("explicit", call["case_id"])
        elif "customer_id" in call and "use_case" in call:
            key = (call["customer_id"], call["use_case"])
        else:
            key = call["id"]
        case = open_cases.get(key)
        within = case is not None and call["start"] < case["first"]["start"] + WINDOW
        if case is None or (not within and "case_id" not in call):
            case = open_cases[key] = {"first": call, "calls": []}
            found.append(case)
            within = True
        if within:
            case["calls"].append(call["id"])
    return found


def test_calls_and_minutes_match_a_recount(calls: Calls, eligible: Rows, truth: dict[str, Any]) -> None:
    all_calls = Counter(monday(call["start"]) for call in calls.values())
    eligible_calls = Counter(monday(call["start"]) for call in eligible)
    for week in truth["weeks"]:
        assert week["calls"] == all_calls[week["week"]]
        assert week["eligible_calls"] == eligible_calls[week["week"]]
        counted = sum(minutes(call) for call in calls.values() if monday(call["start"]) == week["week"])
        assert week["connected_minutes"] == pytest.approx(counted)


def test_latency_percentiles_match_a_recount(eligible: Rows, truth: dict[str, Any]) -> None:
    for week in truth["weeks"]:
        values = [
            ms for call in eligible if monday(call["start"]) == week["week"] for ms in valid_ttft_ms(call["turns"])
        ]
        assert week["ttft_turns"] == len(values)
        assert [week["ttft_p50_ms"], week["ttft_p95_ms"]] == pytest.approx(np.percentile(values, [50, 95]))


def test_cases_match_a_recount(cases: list[Case], truth: dict[str, Any]) -> None:
    by_week = Counter(monday(case["first"]["start"]) for case in cases)
    by_segment = Counter((monday(case["first"]["start"]), case["first"].get("use_case", "unknown")) for case in cases)
    assert truth["cases"] == len(cases)
    for week in truth["weeks"]:
        assert week["all"]["cases"] == by_week[week["week"]]
        for name, segment in week["by_use_case"].items():
            assert segment["cases"] == by_segment[week["week"], name]


def test_surveyed_cases_match_a_recount(cases: list[Case], records: Rows, truth: dict[str, Any]) -> None:
    case_of = {call_id: case for case in cases for call_id in case["calls"]}
    case_of |= {case["first"]["case_id"]: case for case in cases if "case_id" in case["first"]}
    invited, answered = defaultdict(set), defaultdict(set)
    for row in records:
        case = case_of.get(row.get("call_id") or row.get("case_id")) if row["record"] == "survey" else None
        if case is not None:
            week = monday(case["first"]["start"])
            invited[week].add(id(case))
            if row["score"] is not None:
                answered[week].add(id(case))
    for week in truth["weeks"]:
        assert week["cases_invited"] == len(invited[week["week"]])
        assert week["cases_answered"] == len(answered[week["week"]])


def test_the_north_star_is_the_product_of_its_factors(truth: dict[str, Any]) -> None:
    for week in truth["weeks"]:
        for part in (week["all"], *week["by_use_case"].values()):
            product = part["handled_rate"] * (part["neutral_to_positive_rate"] or 0)
            assert part["north_star"] == pytest.approx(product)
            assert part["handled_positive"] <= min(part["handled"], part["neutral_to_positive"])


def test_segments_add_up_to_the_week(truth: dict[str, Any]) -> None:
    for week in truth["weeks"]:
        for key in ("cases", "handled", "neutral_to_positive", "handled_positive"):
            assert sum(segment[key] for segment in week["by_use_case"].values()) == week["all"][key]


def test_only_the_last_week_is_incomplete(truth: dict[str, Any]) -> None:
    assert [week["complete"] for week in truth["weeks"]] == [True, True, True, False]


def test_tickets_report_the_true_need(records: Rows, truth: dict[str, Any]) -> None:
    closed = [row for row in records if row["record"] == "case" and "handled" in row]
    assert 0.5 < sum(row["handled"] for row in closed) / len(closed) < 0.9
    assert all(row["opened_at"] < row["closed_at"] < truth["end"] for row in closed)
