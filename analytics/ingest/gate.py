"""The gate: every line becomes an accepted record or a refusal with code, path and reason. Nothing is guessed.

Two ways with one verdict. The quick one decodes with msgspec and is taken for lines that are exactly what the format
knows (50 us for a call of 13 KB). Whatever it cannot vouch for goes to the careful one, which parses strictly, keeps
unknown keys under `attributes` and says what is wrong. msgspec keeps the last of duplicate keys, so the quick way
re-encodes and compares the number of colons: a key that was dropped is a colon that is missing.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET, Struct

from analytics.ingest import records
from analytics.ingest.fingerprint import fingerprint_of, free_values, state_defaults, without_nulls
from analytics.ingest.records import KIND_OF, AnyRecord, Call, HumanLabel, Survey
from analytics.ingest.strict import MAX_NESTING, Rejected, is_sound, parse

EARLIEST_START = datetime(2000, 1, 1, tzinfo=UTC)
LATEST_START_AHEAD = timedelta(hours=24)

_decode = msgspec.json.Decoder(AnyRecord).decode
_encode = msgspec.json.Encoder(order="deterministic").encode


class Accepted(Struct, frozen=True):
    """A record that may be loaded: `payload` is its JSON, `fingerprint` tells equal parsed content."""

    kind: str
    source: str
    fingerprint: str
    payload: bytes
    record: AnyRecord

    def delivers_text(self) -> bool:
        """Whether a turn in it has text."""
        turns = self.record.turns or () if isinstance(self.record, Call) else (self.record,)
        return any(isinstance(getattr(turn, "text", None), str) for turn in turns)


def admit(line: bytes, received_at: datetime) -> Accepted | Rejected:
    """Judge one physical line (without its line end).

    Args:
        line: bytes of the line; white space around the value is allowed.
        received_at: receipt, the bound for times in the future.
    """
    try:
        record = _decode(line)
        added = state_defaults(record)
        encoded = _encode(record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _admit_carefully(line, received_at)
    free = free_values(record)
    if not (_kept_every_key(line, encoded, added) and _all_sound(free)):
        return _admit_carefully(line, received_at)
    return _forbidden(record, received_at) or _accepted(record, encoded, free, line)


def _kept_every_key(line: bytes, encoded: bytes, added: int) -> bool:
    # \u003a is an escaped colon: it would make up for one that is missing
    return _colons(line) + added == _colons(encoded) and not (b"\\" in line and b"\\u003" in line)


def _colons(text: bytes) -> int:
    # bytes.count stops at each of the thousand colons of a call, which takes twice the time
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord(":")))


def _all_sound(free: list[Any]) -> bool:
    # $, the array, its element and a part of it stand above a value
    return all(is_sound(value, MAX_NESTING - 4) for value in free)


def _accepted(record: AnyRecord, encoded: bytes, free: list[Any], spelled: bytes) -> Accepted:
    canonical = without_nulls(encoded)
    # values of any shape are kept as they are spelled; for the rest the shorter text says the same and is parsed sooner
    payload = spelled if free else canonical
    return Accepted(KIND_OF[type(record)], str(record.source), fingerprint_of(canonical, free), payload, record)


def _admit_carefully(line: bytes, received_at: datetime) -> Accepted | Rejected:
    value = parse(line)
    if isinstance(value, Rejected):
        return value
    if not isinstance(value, dict):
        return Rejected("not_an_object", "$", "a line must be one JSON object")
    known = records.BY_TAG.get(value["record"]) if isinstance(value.get("record"), str) else None
    if known is None:
        return Rejected("unknown_record", "$.record", f"must be one of {', '.join(records.BY_TAG)}")
    try:
        record = msgspec.convert(_with_unknown_keys_apart(value, known), known)
    except msgspec.ValidationError as error:
        return _explained(str(error))
    state_defaults(record)
    encoded = _encode(record)
    return _forbidden(record, received_at) or _accepted(record, encoded, free_values(record), encoded)


def _with_unknown_keys_apart(value: dict[str, Any], known: type[Struct]) -> dict[str, Any]:
    """The same object with keys that `known` does not declare moved under `attributes`; nothing is dropped."""
    kept: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    for key, item in value.items():
        if key in known.__struct_fields__ or key == known.__struct_config__.tag_field:
            kept[key] = _apart_below(item, records.NESTED.get(key))
        else:
            unknown[key] = item
    if unknown:
        received = {"attributes": kept["attributes"]} if "attributes" in kept else {}
        kept["attributes"] = received | unknown
    return kept


def _apart_below(item: object, nested: type[Struct] | None) -> object:
    if nested is None:
        return item
    if isinstance(item, list):
        return [_apart_below(element, nested) for element in item]
    return _with_unknown_keys_apart(item, nested) if isinstance(item, dict) else item


_PATTERN_RULES = {
    records.ID_PATTERN: ("bad_id", "must be 1 to 256 characters without control characters"),
    records.SOURCE_PATTERN: ("bad_id", "must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
    records.TIME_PATTERN: ("bad_time", "must be RFC 3339 with an offset, like 2026-02-06T11:33:09Z"),
    records.AMOUNT_PATTERN: ("bad_value", "must be a decimal string of at most 18 and 18 digits, like '0.0085'"),
    records.CURRENCY_PATTERN: ("bad_value", "must be an ISO 4217 code, like 'USD'"),
}


def _explained(message: str) -> Rejected:
    """The decoder's sentence in our form; it never holds a value of a text field."""
    reason, _, path = message.partition(" - at `")
    json_path = path.rstrip("`") or "$"
    if missing := re.fullmatch(r"Object missing required field `(.*)`", reason):
        return Rejected("missing_key", f"{json_path}.{missing[1]}", "required key is missing")
    for pattern, (code, rule) in _PATTERN_RULES.items():
        if repr(pattern) in reason:
            return Rejected(code, json_path, rule)
    if "of length" in reason:
        return Rejected("bad_id", json_path, _PATTERN_RULES[records.ID_PATTERN][1])
    if reason.startswith("Invalid enum value"):
        return Rejected("bad_value", json_path, "is not one of the allowed values")
    code = "wrong_type" if reason.startswith("Expected `") and "`, got `" in reason else "bad_value"
    return Rejected(code, json_path, reason)


def _forbidden(record: AnyRecord, received_at: datetime) -> Rejected | None:
    """Rules that one typed value cannot show: real dates, and keys that depend on each other."""
    return _bad_time(record, received_at) or _bad_reference(record) or _bad_survey(record)


def _bad_time(record: AnyRecord, received_at: datetime) -> Rejected | None:
    for name in records.TIMES[type(record)]:
        text = getattr(record, name)
        if text is UNSET or text is None:
            continue
        try:
            instant = datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            return Rejected("bad_time", f"$.{name}", "no such moment")
        if name == "started_at" and not EARLIEST_START <= instant <= received_at + LATEST_START_AHEAD:
            return Rejected("bad_time", "$.started_at", "before 2000 or more than 24 h after its receipt")
    return None


def _bad_reference(record: AnyRecord) -> Rejected | None:
    if isinstance(record, Survey | HumanLabel) and not (record.call_id or record.case_id):
        return Rejected("missing_key", "$.call_id", "call_id or case_id is required")
    return None


def _bad_survey(record: AnyRecord) -> Rejected | None:
    if not isinstance(record, Survey) or record.score is None:
        return None
    if not record.answered_at:
        return Rejected("missing_key", "$.answered_at", "required where score is not null")
    if record.instrument == "nps" and record.score not in range(11):
        return Rejected("bad_value", "$.score", "an nps score is an integer from 0 to 10")
    return None
