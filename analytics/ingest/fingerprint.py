"""What tells equal parsed content: key order, spelling, stated defaults and null keys that are known do not count."""

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from analytics.ingest.records import KIND_OF, NESTED, AnyRecord, Call, InlineTurn, InlineUsage, Turn, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

_encode = msgspec.json.Encoder(order="deterministic").encode

_FREE = ("attributes", "arguments", "result")
#: Keys that may be absent, as they stand in the encoded record.
_OPTIONAL = frozenset(
    b'"%s"' % field.encode_name.encode()
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


def fingerprint_of(encoded: bytes, free: list[Any]) -> str:
    """32 hexadecimal digits of a record that states its defaults, encoded, and of its values of any shape.

    A null key that the format knows is cut out of the encoded text, which also cuts it out of values of any shape;
    these are hashed once more as they are.
    """
    digest = hashlib.sha256(_without_nulls(encoded))
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
    return [value for value in values if value is not UNSET]


def _without_nulls(encoded: bytes) -> bytes:
    """The encoded record without `"key":null` of keys that may be absent. Quotes inside a text are escaped."""
    if b":null" not in encoded:
        return encoded
    pieces = encoded.split(b":null")
    kept = [pieces[0]]
    for piece in pieces[1:]:
        key_at = kept[-1].rfind(b'"', 0, -1)
        if kept[-1][key_at:] not in _OPTIONAL:
            kept += (b":null", piece)
            continue
        before = kept.pop()[:key_at]
        if before.endswith(b","):
            before = before[:-1]
        else:
            piece = piece.removeprefix(b",")
        kept += (before, piece) if before else (piece,)
    return b"".join(kept)
