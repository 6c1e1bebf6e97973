"""What tells equal parsed content: key order, spelling, stated defaults and null keys that are known do not count."""

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from analytics.ingest.records import KIND_OF, NESTED, AnyRecord, Call, InlineTurn, InlineUsage, Turn, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

_encode = msgspec.json.Encoder(order="deterministic").encode

_NULL = b":null"
_FREE = ("attributes", "arguments", "result")
#: Keys that may be absent, as they end in the encoded record.
_OPTIONAL = frozenset(
    b'%s"' % field.encode_name.encode()
    for struct in (*KIND_OF, *NESTED.values())
    for field in msgspec.structs.fields(struct)
    if field.default is UNSET
)


def state_defaults(record: AnyRecord) -> int:
    """Write `source` and `revision` out where they are left to their defaults; returns the number of keys added."""
    added = (record.source is UNSET) + (record.revision is UNSET)
    record.source = record.source or "native"
    record.revision = 1 if record.revision is UNSET or record.revision is None else record.revision
    return added


def fingerprint_of(canonical: bytes, free: list[Any]) -> str:
    """32 hexadecimal digits of a record that states its defaults, encoded without nulls, and of its free values.

    Encoding without nulls also cuts nulls out of values of any shape; these are hashed once more as they are.
    """
    digest = hashlib.sha256(canonical)
    if stated := [value for value in free if value is not None]:
        digest.update(_encode(stated))
    return digest.hexdigest()[:32]


def free_values(record: AnyRecord) -> list[Any]:
    """Values of any shape that a record holds; a call has a hundred parts and is judged in 50 us, so plain loops."""
    values = [getattr(record, name, UNSET) for name in _FREE]
    turns: Sequence[InlineTurn] = [record] if isinstance(record, Turn) else ()
    usage: Sequence[InlineUsage] = [record] if isinstance(record, Usage) else ()
    if isinstance(record, Call):
        turns, usage = record.turns or (), record.usage or ()
        values += [turn.attributes for turn in turns]
        values += [event.attributes for event in record.events or ()]
        values += [item.attributes for item in usage]
        values += [getattr(tool, name) for tool in record.tool_calls or () for name in _FREE]
        values += [record.agent.attributes] if record.agent else []
    values += [turn.latency.attributes for turn in turns if turn.latency]
    values += [item.cost.attributes for item in usage if item.cost]
    return [] if values.count(UNSET) == len(values) else [value for value in values if value is not UNSET]


def without_nulls(encoded: bytes) -> bytes:
    """An encoded record without `"key":null` of keys that may be absent. Quotes inside a text are escaped."""
    *pieces, last = encoded.split(_NULL)
    kept, was_first = [], False
    for piece in pieces:
        member = piece.removeprefix(b",") if was_first else piece
        before, _, key = member.rpartition(b',"')
        was_first = False
        if key in _OPTIONAL:
            kept.append(before)
        elif (first_key := member[member.rfind(b'"', 0, -1) :])[1:] in _OPTIONAL:
            was_first = True
            kept.append(member.removesuffix(first_key))
        else:
            kept.append(member + _NULL)
    kept.append(last.removeprefix(b",") if was_first else last)
    return b"".join(kept)
