"""One ingest: discover, judge line by line, load in batches, book. A killed ingest is repeated as if it never ran."""

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import duckdb
from msgspec import Struct

from analytics.home import Home
from analytics.ingest.books import FileBook, unread_entry
from analytics.ingest.discover import Landed, discover, stamp
from analytics.ingest.gate import admit
from analytics.ingest.lines import MAX_LINE_BYTES, Line, rows
from analytics.ingest.load import Loaded, load
from analytics.ingest.records import KINDS, Call
from analytics.ingest.recover import apply_tombstones, restore_unbooked
from analytics.ingest.stage import Stage
from analytics.ingest.streams import UnreadableError, decompressed, open_regular
from analytics.ingest.strict import Rejected
from analytics.ingest.tombstones import Tombstones
from analytics.lake import Lake
from analytics.ledger import FileEntry, Ledger

#: A batch is loaded when this much is staged; it bounds the disk and the number of commits, not the memory.
BATCH_BYTES = 256 << 20
#: A file of gigabytes tells how far it is about ten times a second.
LINES_BETWEEN_PROGRESS = 1000
#: Refusals that still were JSON objects; a file without one is no JSON Lines file.
_NO_OBJECT = frozenset({"not_utf8", "invalid_json", "not_an_object", "line_too_long"})
_NO_OBJECT_REASON = "not one line is a JSON object; deliver JSON Lines"


class IngestReport(Struct):
    """What one ingest did, for the person who watches it."""

    files: Counter[str]
    rows_in: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_superseded: int = 0
    bytes_read: int = 0
    files_read: int = 0
    calls_read: int = 0


class Ingest:
    """The parts that one ingest works with."""

    def __init__(
        self,
        home: Home,
        ledger: Ledger,
        connection: duckdb.DuckDBPyConnection,
        *,
        run_id: str,
        received_at: datetime,
        on_progress: Callable[[IngestReport], None],
    ) -> None:
        self.home = home
        self.ledger = ledger
        self.connection = connection
        self.lake = Lake(home.lake)
        self.run_id = run_id
        self.received_at = received_at
        self.on_progress = on_progress
        self.report = IngestReport(files=Counter())
        self.text_sources = ledger.text_sources()
        self.tombstones = Tombstones.of(home, ledger.tombstones())
        self.listed = ledger.skipped()

    def run(self, landings: Iterable[Path]) -> IngestReport:
        """Bring everything new in the landing folders into the raw tables."""
        restore_unbooked(self.home, self.ledger)
        apply_tombstones(self.home, self.ledger, self.connection)
        unread = self._sort_out(discover(landings))
        while unread:
            unread = self._batch(unread)
        # a late call of an erased customer leaves a tombstone of its own: its children may have come before it
        apply_tombstones(self.home, self.ledger, self.connection)
        return self.report

    def _sort_out(self, found: list[Landed]) -> list[Landed]:
        """List what is skipped; keep what is not known by its inode."""
        with self.ledger.transaction():
            for landed in found:
                if landed.skipped is not None:
                    self._skip(landed, landed.skipped)
        return unread_of(self.ledger, found)

    def _skip(self, landed: Landed, reason: str, file_seq: int | None = None) -> None:
        """List once what is not read; beside files that are not booked yet, at a place of its own among them."""
        if (str(landed.landing), landed.file) not in self.listed:
            self.listed.add((str(landed.landing), landed.file))
            self.report.files["skipped"] += 1
            self.ledger.add_file(unread_entry(landed, self.received_at, "skipped", reason), self.run_id, file_seq)

    def _batch(self, unread: list[Landed]) -> list[Landed]:
        """Stage files until the batch is full, load them, book them; returns what is left."""
        books: list[FileBook] = []
        known: dict[int, FileEntry] = {}
        contents = self.ledger.contents()
        file_seq = self.ledger.next_file_seq()
        with Stage.open(self.home.stage, self.connection, self.received_at) as stage:
            while unread and stage.bytes_staged < BATCH_BYTES:
                landed, *unread = unread
                read = self._read(stage, landed, contents, file_seq)
                if isinstance(read, FileBook):
                    contents.add(read.sha256)
                    books.append(read)
                elif read is not None:
                    known[file_seq] = read
                file_seq += 1
                self.on_progress(self.report)
            stage.flush()
            loaded = load(self.connection, self.lake, stage, self.received_at) if books else Loaded()
            self._book(stage, books, known, loaded)
        return unread

    def _read(self, stage: Stage, landed: Landed, contents: set[str], file_seq: int) -> FileBook | FileEntry | None:
        """One file to the stage; its entry where its bytes are in already; None where the next run tries again."""
        seen = stamp(landed.path)
        try:
            handle, sha256 = _opened(landed.path)
        except OSError:
            self._skip(landed, "cannot be read; tried again by the next run", file_seq)
            return None
        with handle:
            if sha256 in contents:
                reason = "the same bytes are in already"
                return unread_entry(landed, self.received_at, "known", reason, sha256, seen)
            book = self._judge(stage, landed, handle, sha256, file_seq)
        if stamp(landed.path) != seen:  # written while it was read
            stage.rollback()
            return None
        self._take(book)
        return book

    def _judge(self, stage: Stage, landed: Landed, handle: BinaryIO, sha256: str, file_seq: int) -> FileBook:
        """Every line of one file to the stage or aside; the whole file aside if it cannot be trusted."""
        book = FileBook(landed, sha256, file_seq, stamp(landed.path))
        stage.begin(file_seq, sha256)
        refused: set[str] = set()
        try:
            for line in rows(decompressed(handle)):
                book.rows_in += 1
                self.report.bytes_read += len(line.content) + 1
                self._judge_line(stage, book, line, refused)
                if book.rows_in % LINES_BETWEEN_PROGRESS == 0:
                    self.on_progress(self.report)
        except UnreadableError as error:
            stage.refuse_file(error.code, error.reason)
            book.refuse(error.reason)
        else:
            if not book.rows_accepted + book.rows_erased and refused <= _NO_OBJECT:
                stage.refuse_file("no_json_object", _NO_OBJECT_REASON)
                book.refuse(_NO_OBJECT_REASON)
        stage.end()
        return book

    def _take(self, book: FileBook) -> None:
        """The file was read in peace: what it says counts."""
        self.text_sources |= book.text_sources
        self.report.rows_in += book.rows_in
        self.report.files_read += 1

    def _judge_line(self, stage: Stage, book: FileBook, line: Line, refused: set[str]) -> None:
        verdict = admit(line.content, self.received_at) if line.complete else _TOO_LONG
        if isinstance(verdict, Rejected):
            book.rows_quarantined += 1
            refused.add(verdict.code if line.begins_object() else "not_an_object")
            erased = bool(self.tombstones) and self.tombstones.touch(line.content)
            stage.reject(line, verdict, keep_bytes=not erased)
        elif self.tombstones and self.tombstones.cover(verdict.record):
            book.rows_erased += 1
            if isinstance(verdict.record, Call):
                book.erased_calls.add(self.tombstones.digest("call", verdict.source, verdict.record.id))
        else:
            book.rows_accepted += 1
            self.report.calls_read += verdict.kind == "calls"
            book.sources.add(verdict.source)
            known = verdict.source in self.text_sources or verdict.source in book.text_sources
            if not known and verdict.delivers_text():
                book.text_sources.add(verdict.source)
            stage.accept(line, verdict)

    def _book(self, stage: Stage, books: list[FileBook], known: dict[int, FileEntry], loaded: Loaded) -> None:
        """Check the sums, then make the batch part of the ledger in one transaction."""
        entries = {book.file_seq: book.entry(loaded, self.received_at) for book in books} | known
        for book in books:
            stage.publish_quarantine(book.sha256, self.home.quarantine)
        with self.ledger.transaction():
            for file_seq, entry in sorted(entries.items()):
                self.ledger.add_file(entry, self.run_id, file_seq)
            erased_calls = {call for book in books for call in book.erased_calls}
            self.ledger.add_tombstones("call", erased_calls, self.received_at, renew=False)
            self.ledger.mark_dirty(loaded.dirty_days)
            self.ledger.mark_touched(loaded.dirty_days)
            self.ledger.link_days(loaded.linked_days)
            self._book_text_sources({source for book in books for source in book.text_sources})
            for kind in KINDS:
                if (version := self.lake.version(f"raw/{kind}")) is not None:
                    self.ledger.set_raw_version(f"raw/{kind}", version)
        for entry in entries.values():
            self.report.files[entry.status] += 1
            self.report.rows_loaded += entry.rows_loaded
            self.report.rows_quarantined += entry.rows_quarantined
            self.report.rows_superseded += entry.rows_superseded

    def _book_text_sources(self, sources: set[str]) -> None:
        """The first text of a source decides how words are counted in all its calls, earlier ones included."""
        new = sources - self.ledger.text_sources()
        if new and self.lake.exists("raw/calls"):
            self.lake.view(self.connection, "raw/calls")
            days = self.connection.execute(
                "select distinct day from raw.calls where source in (select unnest($new::varchar[]))",
                {"new": sorted(new)},
            )
            self.ledger.mark_dirty(day for (day,) in days.fetchall())
        self.ledger.add_text_sources(new)


_TOO_LONG = Rejected("line_too_long", "$", f"longer than {MAX_LINE_BYTES >> 20} MiB")


def unread_of(ledger: Ledger, found: Iterable[Landed]) -> list[Landed]:
    """Files to read that are not known by their inode."""
    stamps = ledger.stamps()
    readable = [(landed, stamp(landed.path)) for landed in found if landed.skipped is None]
    return [
        landed for landed, seen in readable if seen is None or (str(landed.landing), landed.file, seen) not in stamps
    ]


def nothing_landed(ledger: Ledger, landings: Iterable[Path]) -> bool:
    """Whether an ingest of these folders would read and list nothing.

    Raises:
        ConfigurationError: a landing folder does not exist.
    """
    found, listed = discover(landings), ledger.skipped()
    skipped = [landed for landed in found if landed.skipped is not None]
    return not unread_of(ledger, found) and all((str(landed.landing), landed.file) in listed for landed in skipped)


def _opened(path: Path) -> tuple[io.BufferedReader, str]:
    """The file with its sha256.

    Raises:
        OSError: it is gone, no regular file, or cannot be read now.
    """
    handle = open_regular(path)
    try:
        return handle, hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        handle.close()
        raise


def ingest(
    home: Home,
    ledger: Ledger,
    connection: duckdb.DuckDBPyConnection,
    landings: Iterable[Path],
    *,
    run_id: str,
    received_at: datetime,
    on_progress: Callable[[IngestReport], None] = lambda _: None,
) -> IngestReport:
    """Bring everything new in `landings` into raw/*; `received_at` is the wall clock of receipt.

    Raises:
        BooksDoNotBalance: rows_in differs from rows_loaded + rows_quarantined + rows_superseded for a file.
    """
    work = Ingest(home, ledger, connection, run_id=run_id, received_at=received_at, on_progress=on_progress)
    return work.run(landings)
