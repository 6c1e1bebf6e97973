"""The stage: accepted lines of a batch, out of every reader's sight: calls as Parquet, others one file per record type.

A file is staged whole or not at all: when it turns out to be damaged, everything since `begin` is cut off again. Its
calls are on their way by then; whoever loads the batch leaves out those of files that were taken back.
"""

import base64
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import duckdb
import msgspec
from msgspec import Struct

from analytics.ingest.conversion import Conversion
from analytics.ingest.gate import Accepted
from analytics.ingest.lines import Line
from analytics.ingest.records import KINDS
from analytics.ingest.strict import Rejected

_BUFFER_BYTES = 1 << 20
_QUARANTINE = "quarantine-"
_STAGED = b'{"file_seq":%d,"line":%d,"byte_offset":%d,"fingerprint":"%s","r":%s}\n'


class Quarantined(Struct, frozen=True):
    """One refused row, or a refused file (line None); `raw` holds the bytes in base64."""

    line: int | None
    byte_offset: int | None
    json_path: str | None
    code: str
    reason: str
    raw: str | None = None

    def content(self) -> bytes:
        """The refused bytes; empty for a refused file and after an erasure."""
        return base64.b64decode(self.raw or "")


class QuarantineEntry(Struct, frozen=True):
    """A refused row as it is listed: without its bytes, which can be many."""

    line: int | None
    byte_offset: int | None
    json_path: str | None
    code: str
    reason: str


class Stage:
    """Open with `Stage.open`; the folder is emptied by its owner."""

    def __init__(self, folder: Path, outputs: dict[str, BinaryIO], calls: Conversion) -> None:
        self._folder = folder
        self._outputs = outputs
        self._marks: dict[str, int] = {}
        self._quarantine: BinaryIO | None = None
        self._file_seq = 0
        self.calls = calls
        self.taken_back: set[int] = set()
        self.bytes_staged = 0
        self.largest_bytes = 0

    @classmethod
    @contextmanager
    def open(cls, folder: Path, connection: duckdb.DuckDBPyConnection, received_at: datetime) -> Iterator["Stage"]:
        """Open one output per record type; when the batch is through, none is left: they hold what people said."""
        converted = folder / "calls"
        converted.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, converted)
            stack.callback(_remove_quarantine, folder)
            outputs: dict[str, BinaryIO] = {}
            for kind in KINDS.keys() - {"calls"}:
                file = folder / f"{kind}.ndjson"
                stack.callback(file.unlink, missing_ok=True)
                outputs[kind] = stack.enter_context(file.open("wb", _BUFFER_BYTES))
            calls = stack.enter_context(Conversion.open(connection, converted, received_at))
            yield cls(folder, outputs, calls)

    def path(self, kind: str) -> Path:
        """Where the accepted lines of a record type lie; those of calls do not."""
        return self._folder / f"{kind}.ndjson"

    def flush(self) -> None:
        """Make everything readable by path."""
        for output in self._outputs.values():
            output.flush()

    def begin(self, file_seq: int, sha256: str) -> None:
        """Start a file; its quarantine is named after its content, never after its name."""
        self._file_seq = file_seq
        self._marks = {kind: output.tell() for kind, output in self._outputs.items()}
        self._quarantine = self._quarantine_path(sha256).open("wb")

    def accept(self, line: Line, accepted: Accepted) -> None:
        """Stage one record with its place and fingerprint beside it."""
        place = (self._file_seq, line.number, line.byte_offset, accepted.fingerprint.encode(), accepted.payload)
        if accepted.kind == "calls":
            self.calls.add(*place)
        else:
            self._outputs[accepted.kind].write(_STAGED % place)
            self.largest_bytes = max(self.largest_bytes, len(accepted.payload))
        self.bytes_staged += len(accepted.payload)

    def reject(self, line: Line, rejected: Rejected, *, keep_bytes: bool) -> None:
        """Set one line aside, with its bytes unless they name something that was erased."""
        raw = base64.b64encode(line.content).decode() if keep_bytes else None
        self._set_aside(
            Quarantined(line.number, line.byte_offset, rejected.json_path[:200], rejected.code, rejected.reason, raw)
        )

    def rollback(self) -> None:
        """Take back every record of this file."""
        self.taken_back.add(self._file_seq)
        for kind, output in self._outputs.items():
            output.truncate(self._marks[kind])
            output.seek(self._marks[kind])

    def refuse_file(self, code: str, reason: str) -> None:
        """Take back everything of this file and leave one entry for the whole of it."""
        self.rollback()
        assert self._quarantine is not None
        self._quarantine.seek(0)
        self._quarantine.truncate()
        self._set_aside(Quarantined(None, None, None, code, reason))

    def end(self) -> None:
        """Finish the file; its quarantine is on the disk."""
        assert self._quarantine is not None
        self._quarantine.flush()
        os.fsync(self._quarantine.fileno())
        self._quarantine.close()

    def _set_aside(self, entry: Quarantined) -> None:
        assert self._quarantine is not None
        self._quarantine.write(msgspec.json.encode(entry) + b"\n")

    def _quarantine_path(self, sha256: str) -> Path:
        return self._folder / f"{_QUARANTINE}{sha256}.ndjson"

    def publish_quarantine(self, sha256: str, folder: Path) -> None:
        """Move what was set aside to where it is kept; nothing set aside leaves nothing."""
        staged = self._quarantine_path(sha256)
        if staged.stat().st_size:
            staged.replace(folder / f"{sha256}.ndjson")
        else:
            staged.unlink()


def _remove_quarantine(folder: Path) -> None:
    """Of files that were taken back, or of a batch that failed; that of others is published."""
    for file in folder.glob(f"{_QUARANTINE}*"):
        file.unlink()
