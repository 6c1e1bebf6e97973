"""Section 5, one line at a time: strict JSON, required keys, types and values. Nothing is repaired here."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LINE = 16 * 1024 * 1024
MAX_NESTING = 128
MAX_SIZE = 2**53
YEAR_2000 = datetime(2000, 1, 1, tzinfo=UTC)
SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII)
AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
CURRENCY = re.compile(r"[A-Z]{3}")
SPEAKERS = ("caller", "agent", "human_agent", "system")
CHILDREN = {"turns": "turn", "tool_calls": "tool_call", "events": "event", "usage": "usage"}


class Refused(Exception):
    """The line goes to quarantine; `path` is the JSON path of what is wrong."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path


def parse(raw: bytes) -> dict[str, Any]:
    """One strict RFC 8259 object."""
    if len(raw) > MAX_LINE:
        raise Refused("$", "line too long")
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant, parse_float=Decimal
        )
    except Refused:
        raise
    except (ValueError, RecursionError) as error:
        raise Refused("$", f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Refused("$", "not an object")
    _check_depth_and_text(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Refused("$", "duplicate key")
    return value


def _no_constant(name: str) -> Any:
    raise Refused("$", f"{name} is not JSON")


def _check_depth_and_text(value: Any) -> None:
    waiting = [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        if isinstance(item, str):
            _whole_text(item)
        elif isinstance(item, (dict, list)):
            if level > MAX_NESTING:
                raise Refused("$", "nested too deep")
            for key in item if isinstance(item, dict) else ():
                _whole_text(key)
            members = item.values() if isinstance(item, dict) else item
            waiting += [(member, level + 1) for member in members]


def _whole_text(text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused("$", "lone surrogate")


# What each key may hold. Every check returns nothing and raises `Refused` with the path of the key.


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _need(path: str, holds: bool, what: str) -> None:
    if not holds:
        raise Refused(path, f"must be {what}")


def check_text(path: str, value: Any) -> None:
    _need(path, isinstance(value, str), "a string")


def check_id(path: str, value: Any) -> None:
    _need(path, isinstance(value, str) and 1 <= len(value) <= 256, "1 to 256 characters")
    _need(path, all(unicodedata.category(character) != "Cc" for character in value), "free of control characters")


def check_source(path: str, value: Any) -> None:
    _need(path, isinstance(value, str) and SOURCE.fullmatch(value) is not None, "a source name")


def check_flag(path: str, value: Any) -> None:
    _need(path, isinstance(value, bool), "true or false")


def check_from_zero(path: str, value: Any) -> None:
    _need(path, _is_whole(value) and value >= 0, "an integer from 0")


def check_number(path: str, value: Any) -> None:
    _need(path, _is_number(value) and abs(value) <= MAX_SIZE, "a number up to 2^53")


def check_any_number(path: str, value: Any) -> None:
    _need(path, _is_number(value), "a number")


def check_whole(path: str, value: Any) -> None:
    _need(path, _is_whole(value) and abs(value) <= MAX_SIZE, "an integer up to 2^53")


def check_probability(path: str, value: Any) -> None:
    _need(path, _is_number(value) and 0 < value <= 1, "in (0, 1]")


def check_time(path: str, value: Any) -> None:
    _need(path, isinstance(value, str), "a string")
    try:
        instant(value)
    except ValueError as error:
        raise Refused(path, str(error)) from error


def check_money(path: str, value: Any) -> None:
    _need(path, isinstance(value, dict), "an object")
    for key, pattern in (("amount", AMOUNT), ("currency", CURRENCY)):
        part = value.get(key)
        _need(f"{path}.{key}", isinstance(part, str) and pattern.fullmatch(part) is not None, "money")


def check_object_of(fields: dict[str, Callable[[str, Any], None]]) -> Callable[[str, Any], None]:
    def check(path: str, value: Any) -> None:
        _need(path, isinstance(value, dict), "an object")
        for key, rule in fields.items():
            if value.get(key) is not None:
                rule(f"{path}.{key}", value[key])

    return check


def check_speaker(path: str, value: Any) -> None:
    _need(path, value in SPEAKERS, f"one of {SPEAKERS}")


def check_children(path: str, value: Any) -> None:
    _need(path, isinstance(value, list), "an array")
    kind = CHILDREN[path.rpartition(".")[2]]
    for position, child in enumerate(value):
        here = f"{path}[{position}]"
        _need(here, isinstance(child, dict), "an object")
        _check_fields(here, kind, child, skip=("call_id",))


def check_nothing(path: str, value: Any) -> None:
    """Any JSON value is right."""


LATENCIES = ("ttft_ms", "endpointing_ms", "stt_ms", "llm_ttft_ms", "tool_ms", "tts_ttfb_ms")

REQUIRED: dict[str, dict[str, Callable[[str, Any], None]]] = {
    "call": {"id": check_id, "started_at": check_time},
    "turn": {"call_id": check_id, "seq": check_from_zero, "speaker": check_speaker},
    "tool_call": {"call_id": check_id, "id": check_id, "name": check_text},
    "event": {"call_id": check_id, "type": check_text},
    "usage": {"call_id": check_id, "component": check_text},
    "survey": {"id": check_id, "instrument": check_text},
    "case": {"id": check_id},
    "human_label": {"labeled_by": check_text, "labeled_at": check_time},
}
OPTIONAL: dict[str, dict[str, Callable[[str, Any], None]]] = {
    "call": {
        "answered_at": check_time,
        "ended_at": check_time,
        "connected": check_flag,
        "billed_s": check_number,
        "end_reason": check_text,
        "ended_by": check_text,
        "telephony_call_id": check_id,
        "human_agent_ms": check_number,
        "case_id": check_id,
        "customer_id": check_id,
        "use_case": check_text,
        "language": check_text,
        "channel": check_text,
        "direction": check_text,
        "agent": check_object_of({"id": check_id, "version": check_text}),
        "environment": check_text,
        "deleted": check_flag,
        **dict.fromkeys(CHILDREN, check_children),
    },
    "turn": {
        "text": check_text,
        "text_intended": check_text,
        "start_ms": check_number,
        "end_ms": check_number,
        "interrupted": check_flag,
        "cancelled": check_flag,
        "latency": check_object_of(dict.fromkeys(LATENCIES, check_number)),
        "confidence": check_any_number,
        "agent_name": check_text,
    },
    "tool_call": {
        "turn_seq": check_from_zero,
        "interface": check_text,
        "start_ms": check_number,
        "duration_ms": check_number,
        "transport_ok": check_flag,
        "business_ok": check_flag,
        "error_type": check_text,
        "server": check_text,
        "arguments": check_nothing,
        "result": check_nothing,
    },
    "event": {"id": check_id, "offset_ms": check_number, "by": check_text, "code": check_text},
    "usage": {
        "id": check_id,
        "provider": check_text,
        "model": check_text,
        "input_tokens": check_whole,
        "cached_input_tokens": check_whole,
        "cache_write_tokens": check_whole,
        "output_tokens": check_whole,
        "characters": check_whole,
        "requests": check_whole,
        "audio_s": check_number,
        "billed_s": check_number,
        "cost": check_money,
    },
    "survey": {
        "call_id": check_id,
        "case_id": check_id,
        "call_source": check_source,
        "answered_at": check_time,
        "invited_at": check_time,
        "channel": check_text,
        "sampling_probability": check_probability,
        "score": check_any_number,
    },
    "case": {"opened_at": check_time, "closed_at": check_time, "handled": check_flag, "call_source": check_source},
    "human_label": {
        "call_id": check_id,
        "case_id": check_id,
        "call_source": check_source,
        "sample_id": check_id,
        "sampling_probability": check_probability,
        "sentiment": check_text,
        "outcome": check_text,
        "handled": check_flag,
        "nps": check_whole,
    },
}
EVERYWHERE: dict[str, Callable[[str, Any], None]] = {"source": check_source, "revision": check_from_zero}


def _check_fields(path: str, kind: str, record: dict[str, Any], skip: tuple[str, ...] = ()) -> None:
    for key, rule in REQUIRED[kind].items():
        if key not in skip:
            _need(f"{path}.{key}", record.get(key) is not None, "present")
            rule(f"{path}.{key}", record[key])
    for key, rule in (OPTIONAL[kind] | EVERYWHERE).items():
        if record.get(key) is not None:
            rule(f"{path}.{key}", record[key])


def check(record: dict[str, Any], received_at: datetime) -> None:
    """Raise `Refused` unless the object is a record of the native format."""
    kind = record.get("record")
    _need("$.record", isinstance(kind, str) and kind in REQUIRED, "a kind of record")
    _check_fields("$", str(kind), record)
    if kind == "call":
        started = instant(record["started_at"])
        _need("$.started_at", YEAR_2000 <= started <= received_at + timedelta(hours=24), "a plausible time")
    if kind in ("survey", "human_label"):
        known = record.get("call_id") is not None or record.get("case_id") is not None
        _need("$.call_id", known, "present, or case_id")
    if kind == "survey":
        _check_answer(record)


def _check_answer(record: dict[str, Any]) -> None:
    _need("$.score", "score" in record, "present")
    score = record["score"]
    if score is None:
        return
    _need("$.answered_at", record.get("answered_at") is not None, "present")
    if record["instrument"] == "nps":
        _need("$.score", _is_whole(score) and 0 <= score <= 10, "an integer from 0 to 10")


def instant(text: str) -> datetime:
    """RFC 3339 with an offset, as UTC; digits behind the microsecond are cut."""
    match = TIME.fullmatch(text)
    if match is None:
        raise ValueError("must be RFC 3339 with an offset")
    year, month, day, hour, minute, second, fraction, sign, off_hours, off_minutes = match.groups()
    local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    offset = timedelta()
    if sign:
        if int(off_hours) > 23 or int(off_minutes) > 59:
            raise ValueError("no such offset")
        offset = timedelta(hours=int(off_hours), minutes=int(off_minutes)) * (-1 if sign == "-" else 1)
    try:
        return local + timedelta(microseconds=int((fraction or "0")[:6].ljust(6, "0"))) - offset
    except OverflowError as error:
        raise ValueError("outside the calendar") from error
