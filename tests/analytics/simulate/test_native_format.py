"""Every clean line obeys section 5, dirt is rare, and what the records say is plausible."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from analytics.simulate import SimulationSummary

Rows = list[dict[str, Any]]
Calls = dict[str, dict[str, Any]]
PARTS = ("endpointing_ms", "stt_ms", "llm_ttft_ms", "tool_ms", "tts_ttfb_ms")


def test_only_the_broken_copies_break_section_5(complaints: list[str | None], truth: dict[str, Any]) -> None:
    assert sum(reason is not None for reason in complaints) == truth["lines_to_quarantine"] > 0


def test_every_broken_copy_has_a_whole_original(calls: Calls, truth: dict[str, Any]) -> None:
    assert len(calls) == truth["calls"]


def test_dirt_stays_under_half_a_percent(truth: dict[str, Any]) -> None:
    assert 0.0005 < sum(truth["dirt"].values()) / truth["lines"] < 0.005


def test_the_summary_counts_what_is_on_disk(
    landing: tuple[Path, SimulationSummary], lines: list[bytes], truth: dict[str, Any]
) -> None:
    out, summary = landing
    assert summary.lines == len(lines) == truth["lines"]
    assert summary.files == len(list(out.iterdir()))
    assert summary.bytes == sum(path.stat().st_size for path in out.iterdir())
    assert (summary.calls, summary.cases) == (truth["calls"], truth["cases"])


def test_all_four_kinds_of_file_and_both_forms_occur(landing: tuple[Path, SimulationSummary], records: Rows) -> None:
    assert {path.name.split("-")[0] for path in landing[0].iterdir()} == {"calls", "events", "surveys", "cases"}
    assert {row["record"] for row in records} == {"call", "turn", "tool_call", "event", "usage", "survey", "case"}


def test_ids_are_unique_within_a_call(calls: Calls) -> None:
    for call in calls.values():
        seqs = [turn["seq"] for turn in call.get("turns", [])]
        tools = [tool["id"] for tool in call.get("tool_calls", [])]
        assert seqs == list(range(len(seqs)))
        assert len(tools) == len(set(tools))


def test_latency_parts_do_not_exceed_the_whole(calls: Calls) -> None:
    turns = [turn for call in calls.values() for turn in call.get("turns", [])]
    latencies = [turn["latency"] for turn in turns if turn.get("latency", {}).get("ttft_ms", 0) > 0]
    assert all(sum(latency.get(part, 0) for part in PARTS) <= latency["ttft_ms"] for latency in latencies)
    assert sum("tool_ms" in latency for latency in latencies) > 100


def test_the_clock_agrees_with_the_measured_latency(calls: Calls) -> None:
    for call in calls.values():
        for asked, answer in pairwise(call.get("turns", [])):
            ttft_ms = answer.get("latency", {}).get("ttft_ms", -1)
            if asked["speaker"] == "caller" and ttft_ms > 0:
                assert answer["start_ms"] - asked["end_ms"] == ttft_ms


def test_personal_data_comes_from_reserved_ranges(lines: list[bytes]) -> None:
    text = b"\n".join(lines).decode()
    assert set(re.findall(r"@([\w.]+\w)", text)) == {"example.com"}
    phones = re.findall(r"555-\d{4}", text)
    assert phones
    assert all(phone.startswith("555-01") for phone in phones)


def test_no_slot_or_mark_is_left_in_a_text(calls: Calls) -> None:
    texts = [turn["text"] for call in calls.values() for turn in call.get("turns", [])]
    assert not [text for text in texts if re.search(r"[{}#]", text)]


@pytest.mark.parametrize(
    ("array", "key", "expected"),
    [
        ("usage", "component", {"telephony", "stt", "llm", "tts", "platform", "analysis"}),
        ("usage", "model", {"voice-us-inbound", "nova-3", "gpt-4.1-mini", "sonic-3", "agent-session", "gpt-x-preview"}),
        ("tool_calls", "interface", {"mcp", "api", "browser"}),
        ("turns", "speaker", {"caller", "agent", "human_agent"}),
    ],
)
def test_the_named_vocabulary_is_used_and_no_other(calls: Calls, array: str, key: str, expected: set[str]) -> None:
    assert {row[key] for call in calls.values() for row in call.get(array, [])} == expected


def test_dropped_customers_partly_call_again_within_a_minute(calls: Calls) -> None:
    ordered = sorted(calls.values(), key=lambda call: call["start"])
    drops = [call for call in ordered if call.get("end_reason") == "network_drop" and call.get("customer_id")]
    resumed = [
        drop
        for drop in drops
        for call in ordered
        if call.get("customer_id") == drop["customer_id"] and 0 < (call["start"] - drop["start"]).total_seconds() < 240
    ]
    assert 0 < len(resumed) < len(drops)
