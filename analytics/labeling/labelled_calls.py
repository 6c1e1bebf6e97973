"""Native records with human labels, read as conversations: to fit the baseline on, and to measure a labeler by."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from analytics.labeling.interface import Conversation, SpokenTurn, ToolUse

Record = dict[str, Any]


class LabelledCall(Struct, frozen=True):
    """One call with what people said about it; None where nobody was asked."""

    conversation: Conversation
    iso_week: str
    outcome: str | None
    sentiment: str | None


def labelled_calls(file: Path, iso_week: str) -> list[LabelledCall]:
    """The calls of one ISO week (`2020-W20`) that have a human label, in the order of the file."""
    records = _by_call(_records(file))
    calls = [
        _labelled(parts) for parts in records.values() if parts["human_label"] and "started_at" in parts["call"][0]
    ]
    return [call for call in calls if call.iso_week == iso_week]


def _records(file: Path) -> Iterator[Record]:
    with gzip.open(file, mode="rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _by_call(records: Iterable[Record]) -> dict[str, dict[str, list[Record]]]:
    calls: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        call_id = record["id"] if record["record"] == "call" else record["call_id"]
        calls[call_id][record["record"]].append(record)
    return {call_id: parts for call_id, parts in calls.items() if parts["call"]}


def _labelled(parts: dict[str, list[Record]]) -> LabelledCall:
    call, label = parts["call"][0], parts["human_label"][0]
    year, week, _ = datetime.fromisoformat(call["started_at"]).isocalendar()
    return LabelledCall(
        conversation=_conversation(call, parts["turn"], parts["tool_call"]),
        iso_week=f"{year}-W{week:02}",
        outcome=label.get("outcome"),
        sentiment=label.get("sentiment"),
    )


def _conversation(call: Record, turns: list[Record], tools: list[Record]) -> Conversation:
    end_reason = call.get("end_reason")
    return Conversation(
        call_id=call["id"],
        channel=call.get("channel"),
        language=call.get("language"),
        use_case=call.get("use_case"),
        end_reason=end_reason,
        handover="completed" if end_reason == "transferred" else "none",
        dropped=None if end_reason is None else end_reason == "network_drop",
        turns=tuple(_turn(turn) for turn in sorted(turns, key=lambda turn: turn["seq"])),
        tools=tuple(_tool(tool) for tool in sorted(tools, key=lambda tool: tool.get("start_ms", 0))),
    )


def _turn(turn: Record) -> SpokenTurn:
    return SpokenTurn(seq=turn["seq"], speaker=turn["speaker"], text=turn.get("text"))


def _tool(tool: Record) -> ToolUse:
    return ToolUse(
        turn_seq=tool.get("turn_seq"),
        name=tool["name"],
        interface=tool["interface"],
        transport_ok=tool.get("transport_ok"),
        business_ok=tool.get("business_ok"),
        error_type=tool.get("error_type"),
        result=json.dumps(tool["result"]) if "result" in tool else None,
    )
