"""Tombstones: what was erased and must not come back with a file that is delivered again.

A tombstone holds no id, only the digest of one; it is enough to recognise the id when it is seen again.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from analytics.ingest.records import AnyRecord, Call, Case, Event, HumanLabel, Survey, ToolCall, Turn, Usage

_LABEL = "lodestar tombstone"
_IDS = re.compile(rb'"(source|call_source|id|call_id|case_id|customer_id)"\s*:\s*"((?:[^"\\]|\\.){1,256})"')


def digest(kind: str, *parts: str) -> str:
    """SHA-256 over the kind (call, case, customer) and the parts of an identity; SQL computes the same."""
    return hashlib.sha256("\x1f".join((_LABEL, kind, *parts)).encode()).hexdigest()


class Tombstones(Struct, frozen=True):
    """(kind, digest) of everything erased, with the moment of its erasure."""

    erased: Mapping[tuple[str, str], datetime]

    def __bool__(self) -> bool:
        """Whether anything was ever erased."""
        return bool(self.erased)

    def cover(self, record: AnyRecord) -> bool:
        """Whether the record belongs to something that was erased."""
        source = record.source or "native"
        if isinstance(record, Call):
            return self._has("call", source, record.id) or self._is_of_erased_customer(record)
        if isinstance(record, Turn | ToolCall | Event | Usage):
            return self._has("call", source, record.call_id)
        of_source = record.call_source or source
        if isinstance(record, Case):
            return self._has("case", of_source, record.id)
        return self._refers(record, of_source)

    def _refers(self, record: Survey | HumanLabel, source: str) -> bool:
        """A grouped case goes by the id of its first call."""
        return any(
            isinstance(named, str) and self._has(kind, source, named)
            for kind, named in (("call", record.call_id), ("case", record.case_id), ("call", record.case_id))
        )

    def _is_of_erased_customer(self, call: Call) -> bool:
        """A person who was erased may call again: later calls are new data."""
        if not isinstance(call.customer_id, str):
            return False
        erased_at = self.erased.get(("customer", digest("customer", call.customer_id)))
        return erased_at is not None and datetime.fromisoformat(call.started_at.upper()).astimezone(UTC) < erased_at

    def _has(self, kind: str, *parts: str) -> bool:
        return (kind, digest(kind, *parts)) in self.erased

    def touch(self, raw: bytes) -> bool:
        """Whether a refused line names something that was erased, as far as its bytes can be understood."""
        found = [(key.decode(), value.decode("utf-8", "replace")) for key, value in _IDS.findall(raw)]
        sources = {value for key, value in found if key.endswith("source")} | {"native"}
        return any(self._has(kind, *parts) for kind, parts in _candidates(found, sources))


def _candidates(found: list[tuple[str, str]], sources: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, value in found:
        if key == "customer_id":
            yield "customer", (value,)
        elif not key.endswith("source"):
            for source in sources:
                yield "call", (source, value)
                yield "case", (source, value)
