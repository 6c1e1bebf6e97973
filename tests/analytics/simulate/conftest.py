"""One small simulated operation, and an independent reading of section 5 of the design."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from analytics.simulate import SimulationSummary, simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
AMOUNT = re.compile(r"\d+(\.\d+)?")


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_id(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 256 and value.isprintable()


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_flag(value: object) -> bool:
    return isinstance(value, bool)


def is_time(value: object) -> bool:
    return isinstance(value, str) and RFC_3339.fullmatch(value) is not None


def is_speaker(value: object) -> bool:
    return value in {"caller", "agent", "human_agent", "system"}


def is_nps(value: object) -> bool:
    return value is None or (is_whole(value) and value in range(11))


def is_money(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"amount", "currency"}
        and AMOUNT.fullmatch(value["amount"]) is not None
        and len(value["currency"]) == 3
    )


def are(kind: str) -> Callable[[object], bool]:
    return lambda rows: isinstance(rows, list) and all(complaint(kind, row) is None for row in rows)


def is_latency(value: object) -> bool:
    return isinstance(value, dict) and all(key.endswith("_ms") and is_number(ms) for key, ms in value.items())


REQUIRED = {
    "call": {"id", "started_at"},
    "turn": {"seq", "speaker"},
    "tool_call": {"id", "name"},
    "event": {"type"},
    "usage": {"component"},
    "survey": {"id", "instrument"},
    "case": {"id"},
}
SHARED = {"record": is_text, "id": is_id, "call_id": is_id, "case_id": is_id, "revision": is_whole}
KEYS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "call": {
        **dict.fromkeys(("channel", "direction", "language", "use_case"), is_text),
        **dict.fromkeys(("end_reason", "ended_by", "environment", "vendor_hint"), is_text),
        **dict.fromkeys(("started_at", "answered_at", "ended_at"), is_time),
        "customer_id": is_id,
        "agent": lambda agent: is_id(agent["id"]) and is_text(agent["version"]),
        "connected": is_flag,
        "human_agent_ms": is_number,
        "turns": are("turn"),
        "tool_calls": are("tool_call"),
        "events": are("event"),
        "usage": are("usage"),
    },
    "turn": {
        **dict.fromkeys(("text", "text_intended"), is_text),
        **dict.fromkeys(("start_ms", "end_ms"), is_number),
        **dict.fromkeys(("interrupted", "cancelled"), is_flag),
        "seq": is_whole,
        "speaker": is_speaker,
        "latency": is_latency,
        "confidence": lambda share: 0 < share <= 1,
    },
    "tool_call": {
        **dict.fromkeys(("name", "interface", "error_type", "server"), is_text),
        **dict.fromkeys(("transport_ok", "business_ok"), is_flag),
        **dict.fromkeys(("start_ms", "duration_ms"), is_number),
        "turn_seq": is_whole,
    },
    "event": {**dict.fromkeys(("type", "by", "code"), is_text), "offset_ms": is_number},
    "usage": {
        **dict.fromkeys(("component", "provider", "model"), is_text),
        **dict.fromkeys(("input_tokens", "cached_input_tokens", "output_tokens", "characters", "requests"), is_whole),
        **dict.fromkeys(("audio_s", "billed_s"), is_number),
        "cost": is_money,
    },
    "survey": {
        **dict.fromkeys(("invited_at", "answered_at"), is_time),
        **dict.fromkeys(("instrument", "channel"), is_text),
        "score": is_nps,
        "sampling_probability": lambda share: 0 < share <= 1,
    },
    "case": {**dict.fromkeys(("opened_at", "closed_at"), is_time), "handled": is_flag},
}


def complaint(kind: str, row: dict[str, Any]) -> str | None:
    """Return why a record breaks section 5, or None."""
    if missing := REQUIRED[kind] - set(row):
        return f"missing {missing}"
    for key, value in row.items():
        rule = KEYS[kind].get(key) or SHARED.get(key)
        if rule is None or not rule(value):
            return f"{kind}.{key} is {value!r}"
    if kind == "survey" and row["score"] is not None and "answered_at" not in row:
        return "answered without a time"
    if kind == "survey" and not {"call_id", "case_id"} & set(row):
        return "a survey about nothing"
    return None


def line_complaint(line: bytes) -> str | None:
    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        row = json.loads(line, parse_constant=refuse)
    except ValueError as error:
        return str(error)
    if row["record"] in {"turn", "tool_call", "event", "usage"} and "call_id" not in row:
        return "a child without a call"
    return complaint(row["record"], row)


def lines_of(folder: Path) -> Iterator[bytes]:
    """Yield all lines in the order of a reader: by path, then by position."""
    for path in sorted(folder.iterdir()):
        with path.open("rb") as raw:
            data = zstandard.ZstdDecompressor().stream_reader(raw).read() if path.suffix == ".zst" else raw.read()
        yield from data.splitlines()


@pytest.fixture(scope="session")
def landing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SimulationSummary]:
    folder = tmp_path_factory.mktemp("operation")
    out, truth = folder / "landing", folder / "truth.json"
    return out, simulate(out, cases_per_week=900, weeks=4, seed=11, end=date(2026, 3, 4), truth=truth)


@pytest.fixture(scope="session")
def truth(landing: tuple[Path, SimulationSummary]) -> dict[str, Any]:
    return json.loads((landing[0].parent / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def lines(landing: tuple[Path, SimulationSummary]) -> list[bytes]:
    return list(lines_of(landing[0]))


@pytest.fixture(scope="session")
def complaints(lines: list[bytes]) -> list[str | None]:
    """What an independent reader has against each line; None for most."""
    return [line_complaint(line) for line in lines]


@pytest.fixture(scope="session")
def records(lines: list[bytes], complaints: list[str | None]) -> list[dict[str, Any]]:
    """The lines that section 5 accepts, parsed."""
    return [json.loads(line) for line, reason in zip(lines, complaints, strict=True) if reason is None]


@pytest.fixture(scope="session")
def calls(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Calls by id as section 5 merges them: the highest revision wins, children join their call."""
    merged: dict[str, dict[str, Any]] = {}
    arrays = ("turns", "tool_calls", "events", "usage")
    for row in sorted((row for row in records if row["record"] == "call"), key=lambda row: row.get("revision", 1)):
        kept = {key: merged[row["id"]][key] for key in arrays if key in merged.get(row["id"], {})}
        merged[row["id"]] = {**kept, **row}
    for row in records:
        if row["record"] in {"turn", "tool_call", "event", "usage"}:
            array = row["record"] if row["record"] == "usage" else f"{row['record']}s"
            merged[row["call_id"]].setdefault(array, []).append(row)
    for call in merged.values():
        call["start"] = datetime.fromisoformat(call["started_at"])
        call.get("turns", []).sort(key=lambda turn: turn["seq"])
    return merged
