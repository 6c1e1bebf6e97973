"""Tombstones: what was erased and must not come back with a file that is delivered again.

A tombstone holds no id, only a keyed digest of one: enough to recognise the id when it is seen again, and who has the
ledger without the key cannot try ids until one fits.
"""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from analytics.errors import ConfigurationError
from analytics.home import Home
from analytics.ingest.records import AnyRecord, Call, Case, Event, HumanLabel, Survey, ToolCall, Turn, Usage

#: 256 characters of an id are at most 3072 bytes: each an escaped surrogate pair. Escapes are units of their own.
_IDS = re.compile(rb'"(source|call_source|id|call_id|case_id|customer_id)"\s*:\s*"((?:[^"\\]|\\.){1,3072})"')


def tombstone_key(home: Home, *, fresh: bool) -> str:
    """The secret of this home's tombstones, made when the first one is set (`fresh`: there are none yet).

    It is no setting: with another key nothing that was erased would be recognised any more.

    Raises:
        ConfigurationError: there are tombstones, but their key is gone.
    """
    if not home.tombstone_key.exists():
        if not fresh:
            msg = f"{home.tombstone_key}: the key of the tombstones is gone; without it erased records would come back"
            raise ConfigurationError(msg)
        staged = home.tombstone_key.with_suffix(".new")
        staged.touch(mode=0o600)
        with staged.open("w", encoding="ascii") as handle:
            handle.write(secrets.token_hex(32))
            handle.flush()
            os.fsync(handle.fileno())
        staged.replace(home.tombstone_key)
    return home.tombstone_key.read_text("ascii")


class Tombstones(Struct, frozen=True):
    """(kind, digest) of everything erased, with the moment of its erasure, and the key of the digests."""

    erased: Mapping[tuple[str, str], datetime]
    key: str

    @classmethod
    def of(cls, home: Home, erased: Mapping[tuple[str, str], datetime]) -> "Tombstones":
        """With the key of the home, which is made if nothing was erased yet."""
        return cls(erased, tombstone_key(home, fresh=not erased))

    def digest(self, kind: str, *parts: str) -> str:
        """SHA-256 over key, kind (call, case, customer) and the parts of an identity; SQL computes the same."""
        return hashlib.sha256("\x1f".join((self.key, kind, *parts)).encode()).hexdigest()

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
        erased_at = self.erased.get(("customer", self.digest("customer", call.customer_id)))
        return erased_at is not None and datetime.fromisoformat(call.started_at.upper()).astimezone(UTC) < erased_at

    def _has(self, kind: str, *parts: str) -> bool:
        return (kind, self.digest(kind, *parts)) in self.erased

    def touch(self, raw: bytes) -> bool:
        """Whether a refused line names something that was erased, as far as its bytes can be understood."""
        found = [(key.decode(), _unescaped(value)) for key, value in _IDS.findall(raw)]
        sources = {value for key, value in found if key.endswith("source")} | {"native"}
        return any(self._has(kind, *parts) for kind, parts in _candidates(found, sources))


def _unescaped(value: bytes) -> str:
    """The text of a JSON string; as it stands where its escapes are broken."""
    try:
        text = str(json.loads(b'"%s"' % value))
        text.encode()
    except ValueError:
        return value.decode("utf-8", "replace")
    return text


def _candidates(found: list[tuple[str, str]], sources: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, value in found:
        if key == "customer_id":
            yield "customer", (value,)
        elif not key.endswith("source"):
            for source in sources:
                yield "call", (source, value)
                yield "case", (source, value)
