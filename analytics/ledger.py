"""The ledger: which files are in, which days wait for a rebuild, which table versions belong to it.

One SQLite transaction books a batch. A raw table that is ahead of the ledger holds rows of a batch that was never
booked; `raw_versions` says where to go back to.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from analytics.errors import ConfigurationError

_SCHEMA = """
create table if not exists files (
    file_seq integer primary key, landing text not null, file text not null, sha256 text, source text,
    status text not null, rows_in integer not null, rows_loaded integer not null, rows_quarantined integer not null,
    rows_superseded integer not null, received_at text not null, run_id text not null, reason text, stamp text,
    unique (landing, file, sha256));
create index if not exists files_by_content on files (sha256);
create table if not exists dirty_days (day text primary key);
create table if not exists touched_days (day text primary key);
create table if not exists linked_days (day text not null, other text not null, primary key (day, other));
create table if not exists text_sources (source text primary key);
create table if not exists tombstones (
    kind text not null, digest text not null, erased_at text not null, applied integer not null,
    primary key (kind, digest));
create table if not exists raw_versions (name text primary key, version integer not null);
create table if not exists facts (name text primary key, value text not null);
create table if not exists runs (
    run_id text primary key, started_at text not null, as_of text not null, ended_at text, status text not null,
    message text);
"""


class FileEntry(Struct, frozen=True):
    """One landed file as booked; `stamp` is what its inode said, so that an unchanged file is not read again."""

    landing: str
    file: str
    sha256: str | None
    source: str | None
    status: str  # loaded, refused, skipped, known
    rows_in: int
    rows_loaded: int
    rows_quarantined: int
    rows_superseded: int
    received_at: str
    reason: str | None = None
    stamp: str | None = None


class Ledger:
    """Open with `Ledger.open(path)`; one process at a time (the home's lock)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator["Ledger"]:
        """Open or create the file; every commit is on the disk before it returns."""
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")
            connection.executescript(_SCHEMA)
            yield cls(connection)

    @classmethod
    @contextmanager
    def read(cls, path: Path) -> Iterator["Ledger"]:
        """Open for reading only, beside a run that may be under way.

        Raises:
            ConfigurationError: there is no ledger, so this is no home.
        """
        if not path.exists():
            msg = f"{path.parent.parent}: no home of Lodestar; name it with --home"
            raise ConfigurationError(msg)
        address = f"file:{quote(str(path))}?mode=ro"
        # a log beside the file cannot be opened on a read-only disk, where nobody writes either
        shut = not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-shm").exists()
        immutable = "&immutable=1" if shut else ""
        with closing(sqlite3.connect(address + immutable, uri=True, isolation_level=None)) as connection:
            yield cls(connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    # -- files

    def next_file_seq(self) -> int:
        """The next place in the order of receipt: by first run that saw the file, then by relative path."""
        return int(self._db.execute("select coalesce(max(file_seq), 0) + 1 from files").fetchone()[0])

    def stamps(self) -> set[tuple[str, str, str]]:
        """(landing, file, stamp) of all booked files."""
        return set(self._db.execute("select landing, file, stamp from files where stamp is not null"))

    def contents(self) -> set[str]:
        """sha256 of every file that was read."""
        return {sha for (sha,) in self._db.execute("select distinct sha256 from files where sha256 is not null")}

    def add_file(self, entry: FileEntry, run_id: str, file_seq: int | None = None) -> None:
        """Book a file once; the same path with the same bytes only gets a new stamp, and what lay there before none."""
        self._db.execute(
            "update files set stamp = null where landing = ? and file = ? and sha256 is not ?",
            (entry.landing, entry.file, entry.sha256),
        )
        self._db.execute(
            "insert into files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict (landing, file, sha256) do update set stamp = excluded.stamp",
            (file_seq, entry.landing, entry.file, entry.sha256, entry.source, entry.status, entry.rows_in,
             entry.rows_loaded, entry.rows_quarantined, entry.rows_superseded, entry.received_at, run_id,
             entry.reason, entry.stamp),
        )  # fmt: skip

    def skipped(self) -> set[tuple[str, str]]:
        """(landing, file) of what was listed as skipped."""
        return set(self._db.execute("select landing, file from files where status = 'skipped'"))

    def files(self) -> list[dict[str, object]]:
        """All files in order of receipt, as rows of `meta.files`."""
        columns = "file, sha256, source, status, rows_in, rows_loaded, rows_quarantined, rows_superseded, received_at"
        return self._rows(f"select {columns}, reason, run_id from files order by file_seq")

    def resolved_contents(self) -> set[str]:
        """sha256 of files in whose place another lies now; where two lie nowhere any more, the later one counts."""
        rows = self._db.execute(
            "select old.sha256 from files old join files new on new.landing = old.landing and new.file = old.file"
            " and case when (new.stamp is null) = (old.stamp is null) then new.file_seq > old.file_seq"
            " else old.stamp is null end"
            " and new.status in ('loaded', 'known') where old.sha256 is not null"
        )
        return {sha for (sha,) in rows}

    def lines_since(self, file_seq: int) -> tuple[int, int]:
        """(rows read, rows quarantined and not resolved since) of the files after `file_seq`."""
        read = "select rows_in, rows_quarantined, sha256 from files where file_seq > ?"
        files, resolved = self._db.execute(read, (file_seq,)).fetchall(), self.resolved_contents()
        return sum(rows for rows, _, _ in files), sum(bad for _, bad, sha in files if sha not in resolved)

    # -- days

    def mark_dirty(self, days: Iterable[date]) -> None:
        """These days must be rebuilt before the next publication."""
        self._db.executemany("insert or ignore into dirty_days values (?)", [(day.isoformat(),) for day in days])

    def mark_touched(self, days: Iterable[date]) -> None:
        """Records of these days came in since the last publication."""
        self._db.executemany("insert or ignore into touched_days values (?)", [(day.isoformat(),) for day in days])

    def touched_days(self) -> list[date]:
        """Days for which records came in since the last publication, ascending."""
        return [date.fromisoformat(day) for (day,) in self._db.execute("select day from touched_days order by day")]

    def clear_touched(self) -> None:
        """A publication holds them all."""
        self._db.execute("delete from touched_days")

    def dirty_days(self) -> list[date]:
        """Days that wait for a rebuild, ascending."""
        return [date.fromisoformat(day) for (day,) in self._db.execute("select day from dirty_days order by day")]

    def clear_dirty(self, days: Iterable[date]) -> None:
        """These days are rebuilt."""
        self._db.executemany("delete from dirty_days where day = ?", [(day.isoformat(),) for day in days])

    def link_days(self, pairs: Iterable[tuple[date, date]]) -> None:
        """A revision moved a call between two days: each needs the raw rows of the other."""
        for day, other in pairs:
            rows = [(day.isoformat(), other.isoformat()), (other.isoformat(), day.isoformat())]
            self._db.executemany("insert or ignore into linked_days values (?, ?)", rows)

    def linked_days(self, days: Iterable[date]) -> set[date]:
        """Days that share a moved call with any of `days`, over as many steps as it takes."""
        reached, frontier = set(days), set(days)
        while frontier:
            step = set()
            for day in frontier:
                rows = self._db.execute("select other from linked_days where day = ?", (day.isoformat(),))
                step |= {date.fromisoformat(other) for (other,) in rows}
            frontier = step - reached
            reached |= frontier
        return reached

    # -- sources

    def text_sources(self) -> set[str]:
        """Sources that ever delivered the text of a turn; in others, words cannot be counted."""
        return {source for (source,) in self._db.execute("select source from text_sources")}

    def add_text_sources(self, sources: Iterable[str]) -> None:
        """From now on these sources are known to deliver text."""
        self._db.executemany("insert or ignore into text_sources values (?)", [(source,) for source in sources])

    # -- erasures

    def add_tombstones(self, kind: str, digests: Iterable[str], erased_at: datetime, *, renew: bool) -> None:
        """What these digests name is gone; it stays to be applied until `tombstones_applied`.

        With `renew`, what was erased before is erased again up to `erased_at`.
        """
        rows = [(kind, digest, erased_at.isoformat()) for digest in digests]
        conflict = "replace" if renew else "ignore"
        self._db.executemany(f"insert or {conflict} into tombstones values (?, ?, ?, 0)", rows)

    def tombstones(self, *, pending: bool = False) -> dict[tuple[str, str], datetime]:
        """(kind, digest) of everything erased, with the moment of the erasure; `pending`: not yet applied."""
        where = "where applied = 0" if pending else ""
        rows = self._db.execute(f"select kind, digest, erased_at from tombstones {where}")
        return {(kind, digest): datetime.fromisoformat(erased_at) for kind, digest, erased_at in rows}

    def tombstones_applied(self) -> None:
        """No layer holds what the tombstones name."""
        self._db.execute("update tombstones set applied = 1")

    # -- versions, facts, runs

    def set_raw_version(self, table: str, version: int) -> None:
        """The newest commit of a raw table that is booked."""
        self._db.execute("insert or replace into raw_versions values (?, ?)", (table, version))

    def raw_versions(self) -> dict[str, int]:
        """The newest booked commit of each raw table."""
        return dict(self._db.execute("select name, version from raw_versions"))

    def fact(self, name: str) -> str | None:
        """A remembered value, for example the fingerprint of the definitions that core was built with."""
        row = self._db.execute("select value from facts where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        """Keep a value under a name."""
        self._db.execute("insert or replace into facts values (?, ?)", (name, value))

    def start_run(self, run_id: str, started_at: datetime, as_of: datetime) -> None:
        """A run has begun; since it holds the lock, an earlier one that still looks running was killed."""
        killed = "ended without a word: killed, or the machine went down"
        self._db.execute("update runs set status = 'failed', message = ? where status = 'running'", (killed,))
        values = (run_id, started_at.isoformat(), as_of.isoformat())
        self._db.execute("insert into runs (run_id, started_at, as_of, status) values (?, ?, ?, 'running')", values)

    def end_run(self, run_id: str, ended_at: datetime, status: str, message: str | None = None) -> None:
        """A run has ended: ok, failed or not_publishable."""
        values = (ended_at.isoformat(), status, message, run_id)
        self._db.execute("update runs set ended_at = ?, status = ?, message = ? where run_id = ?", values)

    def runs(self) -> list[dict[str, object]]:
        """All runs, oldest first, as rows of `meta.runs`."""
        return self._rows("select run_id, started_at, as_of, ended_at, status, message from runs order by started_at")

    def _rows(self, query: str) -> list[dict[str, object]]:
        cursor = self._db.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
