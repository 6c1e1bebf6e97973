"""The journal in the home's ledger: every request, answer, token and cost, so that nothing is paid twice.

A commit is on the disk before it returns (WAL, `synchronous = full`); a torn end of the file holds no commit and is
dropped when it is opened. Rows are added and never changed; only an erasure removes some. One process at a time writes
(the home's lock).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from analytics.labeling.interface import Status
from analytics.labeling.journal_records import (
    Answered,
    Batch,
    Batched,
    BatchedRequest,
    BatchStep,
    Entry,
    OpenBatch,
    Record,
    Selection,
    Sent,
    Taken,
    Usages,
)

_SCHEMA = Path(__file__).with_name("journal_schema.sql")


class Journal:
    """Open with `Journal.open(path)`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator["Journal"]:
        """Open or create the file."""
        # the writer of a run commits in a thread of its own, so that the event loop never waits for the disk
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")
            connection.execute("pragma secure_delete = on")
            connection.executescript(_SCHEMA.read_text("utf-8"))
            yield cls(connection)

    def write(self, records: Sequence[Record]) -> None:
        """Add records in one commit; it is on the disk on return."""
        answers = [record for record in records if isinstance(record, Answered)]
        bodies = [(answer.request_id, answer.body) for answer in answers if answer.body is not None]
        self._db.execute("begin immediate")
        try:
            self._db.executemany(_INSERTS[Answered], (_values(answer)[:-1] for answer in answers))
            self._db.executemany("insert into bodies values (?, ?)", bodies)
            for kind in (Sent, Taken, Batch, Batched, BatchStep):
                self._db.executemany(_INSERTS[kind], (_values(one) for one in records if isinstance(one, kind)))
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def next_request_id(self) -> int:
        """The number of the next request."""
        return int(self._db.execute("select coalesce(max(request_id), 0) + 1 from requests").fetchone()[0])

    def entries(self, contents: Sequence[bytes], version: str, *, bodies: bool = False) -> dict[bytes, Entry]:
        """What is known of some contents; `bodies` also reads the answers' bytes."""
        found: dict[bytes, Entry] = {}
        for row in self._rows(_ATTEMPTS.format(marks=_marks(contents)), (*contents, version)):
            entry = found.setdefault(row["content"], Entry(row["call_id"]))
            _count(entry, row)
        if bodies:
            finals = {row["request_id"]: row["content"] for row in self._finals(contents, version)}
            query = f"select request_id, body from bodies where request_id in ({_marks(finals)})"
            for request_id, body in self._db.execute(query, tuple(finals)):
                found[finals[request_id]].body = body
        return found

    def _finals(self, contents: Sequence[bytes], version: str) -> Iterator[dict[str, Any]]:
        query = (
            "select content, max(request_id) as request_id from requests join answers using (request_id)"
            f" where content in ({_marks(contents)}) and labeler_version = ? and final group by content"
        )
        yield from self._rows(query, (*contents, version))

    def selections(self, call_ids: Sequence[str], version: str) -> dict[str, Selection]:
        """Where some calls stand under a cap; a call that no cap ever met is not in it."""
        query = (
            "select call_id, draw, probability, open from selections"
            f" where call_id in ({_marks(call_ids)}) and labeler_version = ?"
        )
        return {
            call_id: Selection(draw, probability, bool(open_))
            for call_id, draw, probability, open_ in self._db.execute(query, (*call_ids, version))
        }

    def draws(self, version: str) -> list[tuple[str, float]]:
        """(call_id, draw) of all calls that a round under a cap ever met."""
        return self._db.execute("select call_id, draw from selections where labeler_version = ?", (version,)).fetchall()

    def end_round(self, version: str, call_ids: Iterable[str], probability: float) -> None:
        """Give the calls of a round the probability with which it took them; one that was likelier before stays so."""
        self._db.execute("begin immediate")
        self._db.executemany(
            "update selections set probability = max(probability, ?), open = 0"
            " where call_id = ? and labeler_version = ?",
            ((probability, call_id, version) for call_id in call_ids),
        )
        self._db.execute("commit")

    def spent_nano_usd(self, *, since: str = "", run_id: str | None = None) -> int:
        """What requests cost since a moment, or of one run; an unknown cost counts as what was reserved for it."""
        query = (
            "select coalesce(sum(coalesce(cost_nano_usd, reserved_nano_usd)), 0) from requests"
            " left join answers using (request_id) where sent_at >= ? and (? is null or run_id = ?)"
        )
        return int(self._db.execute(query, (since, run_id, run_id)).fetchone()[0])

    def usages(self, version: str) -> Usages:
        """Sums over the answers with known tokens."""
        query = (
            "select count(*), sum(content_bytes), sum(content_bytes * content_bytes), sum(input_tokens),"
            " sum(content_bytes * input_tokens), sum(output_tokens) from requests join answers using (request_id)"
            " where labeler_version = ? and input_tokens > 0"
        )
        return Usages(*(value or 0 for value in self._db.execute(query, (version,)).fetchone()))

    def statuses(self, version: str, statuses: Iterable[Status]) -> list[str]:
        """Ids of the calls whose last final answer has one of the statuses."""
        wanted = tuple(statuses)
        query = (
            "select call_id from (select call_id, status, max(request_id) from requests join answers"
            " using (request_id) where labeler_version = ? and final group by content)"
            f" where status in ({_marks(wanted)})"
        )
        return [call_id for (call_id,) in self._db.execute(query, (version, *wanted))]

    def open_batches(self) -> list[OpenBatch]:
        """Batches that the server may still work on, oldest first."""
        return [
            OpenBatch(Batch(*batch), remote_id)
            for *batch, remote_id in self._db.execute(
                "select batches.*, remote_id from batches left join batch_steps using (batch_key)"
                " where not exists (select 1 from batch_steps ended where ended.batch_key = batches.batch_key"
                " and ended.step <> 'submitted') order by created_at, batches.rowid"
            )
        ]

    def batched_requests(self, batch_key: str) -> list[BatchedRequest]:
        """The requests of a batch, in the order of its file."""
        query = (
            "select request_id, content, labeler_version, call_id, attempt, answers.status is not null"
            " from batched join requests using (request_id) left join answers using (request_id)"
            " where batch_key = ? order by request_id"
        )
        return [BatchedRequest(*row) for row in self._db.execute(query, (batch_key,))]

    def erase(self, call_ids: Sequence[str]) -> None:
        """Remove every trace of some calls; freed pages are overwritten and the log is emptied."""
        self._db.execute("create temp table erased (call_id text primary key)")
        self._db.executemany("insert or ignore into erased values (?)", [(call_id,) for call_id in call_ids])
        of_calls = "(select request_id from requests where call_id in (select call_id from erased))"
        self._db.execute("begin immediate")
        for table in ("bodies", "answers", "batched"):
            self._db.execute(f"delete from {table} where request_id in {of_calls}")
        for table in ("requests", "selections"):
            self._db.execute(f"delete from {table} where call_id in (select call_id from erased)")
        self._db.execute("commit")
        self._db.execute("drop table erased")
        self._db.execute("pragma wal_checkpoint(truncate)")

    def _rows(self, query: str, values: Sequence[object]) -> Iterator[dict[str, Any]]:
        cursor = self._db.execute(query, values)
        names = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))


def erase_requests(path: Path, call_ids: Sequence[str]) -> None:
    """Remove every trace of some calls from the journal at `path`, if there is one."""
    if path.exists():
        with Journal.open(path) as journal:
            journal.erase(call_ids)


_INSERTS = {
    Sent: "insert into requests values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    Answered: "insert into answers values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    Taken: "insert into selections values (?, ?, ?, 0, 1)"
    " on conflict (call_id, labeler_version) do update set open = 1",
    Batch: "insert into batches values (?, ?, ?, ?, ?)",
    Batched: "insert into batched values (?, ?)",
    BatchStep: "insert into batch_steps values (?, ?, ?, ?)",
}
_ATTEMPTS = """
select content, call_id, answers.*, batch_key from requests
left join answers using (request_id) left join batched using (request_id)
where content in ({marks}) and labeler_version = ? order by requests.request_id
"""


def _count(entry: Entry, row: dict[str, Any]) -> None:
    """Add one attempt to an entry."""
    entry.attempts += 1
    for name in ("input_tokens", "output_tokens", "cost_nano_usd"):
        if row[name] is not None:
            setattr(entry, name, (getattr(entry, name) or 0) + row[name])
    entry.last_status = row["status"] or entry.last_status
    entry.in_batch = row["status"] is None and row["batch_key"] is not None
    if row["final"]:
        entry.call_id, entry.status = row["call_id"], row["status"]
        entry.answered_at, entry.model = row["received_at"], row["model"]


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def _values(record: Record) -> list[Any]:
    return [getattr(record, name) for name in record.__struct_fields__]
