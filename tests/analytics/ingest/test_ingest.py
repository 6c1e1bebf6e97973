"""One ingest: nothing lost, nothing counted twice, whatever lies in the folder and whenever it is killed."""

import errno
import gzip
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pytest

from analytics import lake
from analytics.errors import BooksDoNotBalance, ConfigurationError
from analytics.ingest import load as ingest_load
from analytics.ingest import run as ingest_run
from analytics.ingest import streams
from analytics.ingest.discover import discover
from analytics.ingest.recover import restore_unbooked
from analytics.lake import Lake
from analytics.parts import Parts, write_parts
from analytics.publish.meta import meta_rows
from analytics.workspace import Workspace
from tests.pipeline import call, land, read, refresh, rows, workspace_at


def gz(content: bytes) -> bytes:
    """Compressed without the time, so that all workers see the same bytes."""
    return gzip.compress(content, mtime=0)


A = call("a", "2026-10-05T10:00:00Z")


def books(workspace: Workspace) -> dict[str, tuple[Any, ...]]:
    names = ("status", "rows_in", "rows_loaded", "rows_quarantined", "rows_superseded")
    return {str(row["file"]): tuple(row[name] for name in names) for row in workspace.ledger.files()}


def test_every_row_is_booked_once_in_the_file_that_brought_it(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [A, A, "{broken", "", A | {"revision": 0}, A | {"language": "de"}])
    land(workspace, "2.jsonl", [A, A | {"revision": 2}, call("b", "2026-10-05T10:00:00Z")])
    read(workspace)
    assert books(workspace) == {"1.jsonl": ("loaded", 5, 1, 1, 3), "2.jsonl": ("loaded", 3, 2, 0, 1)}


def test_a_known_null_and_a_stated_default_are_no_new_content(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [A])
    land(workspace, "2.jsonl", [A | {"language": None, "source": "native", "revision": 1}])
    land(workspace, "3.jsonl", [A | {"unheard_of": None}])
    read(workspace)
    assert books(workspace) == {
        "1.jsonl": ("loaded", 1, 1, 0, 0), "2.jsonl": ("loaded", 1, 0, 0, 1), "3.jsonl": ("loaded", 1, 1, 0, 0)
    }  # fmt: skip


def test_one_large_file_tells_how_far_it_is(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_run, "LINES_BETWEEN_PROGRESS", 2)
    file = land(workspace, "1.jsonl", [call(f"c{n}", "2026-10-05T10:00:00Z") for n in range(5)])
    told: list[tuple[int, int]] = []
    with workspace.connection() as connection:
        ingest_run.ingest(
            workspace.home, workspace.ledger, connection, [workspace.home.landing], run_id="r",
            received_at=workspace.now, on_progress=lambda report: told.append((report.calls_read, report.bytes_read)),
        )  # fmt: skip
    size = file.stat().st_size
    assert told == [(2, size * 2 // 5), (4, size * 4 // 5), (5, size)]


def test_a_second_ingest_reads_nothing_again(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [A])
    read(workspace)
    again = read(workspace)
    assert (again.rows_in, sum(again.files.values())) == (0, 0)
    assert rows(workspace, "select count(*) as n from raw.calls") == [{"n": 1}]


def test_the_same_bytes_under_another_name_are_known(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [A])
    land(workspace, "sub/2.NDJSON", [A])
    read(workspace)
    read(workspace)
    assert books(workspace) == {"1.jsonl": ("loaded", 1, 1, 0, 0), "sub/2.NDJSON": ("known", 0, 0, 0, 0)}


def test_a_truncated_file_that_comes_whole_later_loads_once_and_closes_its_entry(workspace: Workspace) -> None:
    file = land(workspace, "1.jsonl", [A, '{"record":"call","id":"b","sta'])
    read(workspace)
    assert [(row["line"], row["code"], row["resolved"]) for row in meta_rows(workspace, "quarantine")] == [
        (2, "invalid_json", False)
    ]
    land(workspace, "1.jsonl", [A, call("b", "2026-10-05T11:00:00Z")])
    read(workspace)
    assert file.exists()
    assert [row["resolved"] for row in meta_rows(workspace, "quarantine")] == [True]
    assert [tuple(row.values()) for row in rows(workspace, "select id from raw.calls order by id")] == [("a",), ("b",)]


def test_a_file_that_is_put_back_as_it_was_closes_the_entries_of_what_replaced_it(workspace: Workspace) -> None:
    for records in ([A], [A, "{broken"], [A]):
        land(workspace, "1.jsonl", records)
        read(workspace)
        seen = [row["resolved"] for row in meta_rows(workspace, "quarantine")]
    assert seen == [True]
    assert [entry[0] for entry in books(workspace).values()] == ["loaded"]
    land(workspace, "1.jsonl", [A, "{broken"])
    read(workspace)
    assert [row["resolved"] for row in meta_rows(workspace, "quarantine")] == [False]


def test_what_is_wrong_with_a_file_that_is_put_back_counts_again(workspace: Workspace) -> None:
    resolved = []
    for records in ([A, "{broken"], [A], [A, "{broken"]):
        land(workspace, "1.jsonl", records)
        read(workspace)
        resolved += [row["resolved"] for row in meta_rows(workspace, "quarantine")]
    assert resolved == [False, True, False]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_json_object"),
        (b"\n \n", "no_json_object"),
        (b"a,b\n1,2\n", "no_json_object"),
        (b"<html>\nNot found\n</html>\n", "no_json_object"),
        (b'[{"record":"call"}]\n', "no_json_object"),
        (b'{\n "record": "call"\n}\n', "no_json_object"),
        (b'NaN\n[1e999]\n["\\ud800"]\n[{"a":1,"a":2}]\n' + b"[" * 200 + b"]" * 200, "no_json_object"),
        (gz(b'{"record":"case","id":"x"}\n')[:-4], "truncated_stream"),
    ],
)
def test_a_file_that_is_no_json_lines_is_one_refusal(content: bytes, code: str, workspace: Workspace) -> None:
    (workspace.home.landing / "x.json").write_bytes(content)
    read(workspace)
    assert books(workspace) == {"x.json": ("refused", 1, 0, 1, 0)}
    (entry,) = meta_rows(workspace, "quarantine")
    assert (entry["line"], entry["code"]) == (None, code)


def test_a_damaged_archive_takes_back_the_lines_that_came_before_the_damage(workspace: Workspace) -> None:
    content = b"".join(b'{"record":"case","id":"%d"}\n' % i for i in range(100_000))
    (workspace.home.landing / "x.jsonl.gz").write_bytes(gz(content)[:-4])
    land(workspace, "y.jsonl", [{"record": "case", "id": "1"}])
    read(workspace)
    assert rows(workspace, "select count(*) as n from raw.cases") == [{"n": 1}]


def test_calls_of_a_damaged_archive_leave_the_calls_beside_it_as_they_are(workspace: Workspace) -> None:
    calls = [call(f"c{n}", "2026-10-05T10:00:00Z") for n in range(2_000)]
    content = "".join(json.dumps(record) + "\n" for record in calls).encode()
    (workspace.home.landing / "1.jsonl.gz").write_bytes(gz(content)[:-4])
    land(workspace, "2.jsonl", [calls[7], calls[8], calls[7]])
    read(workspace)
    assert books(workspace) == {"1.jsonl.gz": ("refused", 1, 0, 1, 0), "2.jsonl": ("loaded", 3, 2, 0, 1)}
    found = rows(workspace, "select id, file_seq, line, day::varchar as day from raw.calls order by id")
    assert [tuple(row.values()) for row in found] == [("c7", 2, 1, "2026-10-05"), ("c8", 2, 2, "2026-10-05")]
    assert [entry.name for entry in workspace.home.stage.iterdir()] == []


def test_what_is_not_read_is_listed_with_the_reason(workspace: Workspace) -> None:
    landing = workspace.home.landing
    land(workspace, ".hidden.jsonl", [A])
    land(workspace, ".git/x.jsonl", [A])
    land(workspace, "notes.txt", ["x"])
    land(workspace, "folder.jsonl/in.jsonl", [A])
    (landing / "link.jsonl").symlink_to(landing / "notes.txt")
    os.mkfifo(landing / "pipe.jsonl")
    read(workspace)
    read(workspace)
    skipped = {str(row["file"]) for row in workspace.ledger.files() if row["status"] == "skipped"}
    assert skipped == {".hidden.jsonl", ".git/x.jsonl", "notes.txt", "folder.jsonl", "link.jsonl", "pipe.jsonl"}
    assert books(workspace)["folder.jsonl/in.jsonl"][0] == "loaded"


@pytest.mark.parametrize(
    "name", ["call[1].jsonl", "a*b.jsonl", "it's;drop.jsonl", "with space ü.jsonl", "new\nline.jsonl"]
)
def test_a_file_name_is_a_name_and_no_pattern(name: str, workspace: Workspace) -> None:
    land(workspace, name, [A])
    land(workspace, "call1.jsonl", [call("b", "2026-10-05T10:00:00Z")])
    read(workspace)
    assert books(workspace)[name] == ("loaded", 1, 1, 0, 0)


def test_a_missing_landing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere: no such landing folder"):
        discover([tmp_path / "nowhere"])


def test_an_ingest_that_died_before_its_booking_is_repeated_as_if_it_never_ran(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(workspace, "1.jsonl", [A])
    read(workspace)
    land(workspace, "2.jsonl", [call("b", "2026-10-06T10:00:00Z"), {"record": "case", "id": "T"}])
    with monkeypatch.context() as dying:
        dying.setattr(ingest_run.Ingest, "_book", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            read(workspace)
    assert rows(workspace, "select count(*) as n from raw.calls") == [{"n": 2}]
    read(workspace)
    assert rows(workspace, "select count(*) as n from raw.calls") == [{"n": 2}]
    assert rows(workspace, "select count(*) as n from raw.cases") == [{"n": 1}]


def test_books_that_do_not_balance_stop_the_run(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    land(workspace, "1.jsonl", [A, call("b", "2026-10-06T10:00:00Z")])
    honest = ingest_run.load

    def losing(*arguments: Any) -> Any:
        loaded = honest(*arguments)
        loaded.rows[1] -= 1
        return loaded

    monkeypatch.setattr(ingest_run, "load", losing)
    with pytest.raises(BooksDoNotBalance, match=r"1\.jsonl: 2 rows in, but 1 loaded"):
        read(workspace)
    assert workspace.ledger.files() == []


def test_small_batches_and_one_batch_give_the_same_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliveries = {f"{n}.jsonl": [A | {"revision": n % 3}, call(f"c{n}", "2026-10-05T10:00:00Z")] for n in range(6)}
    seen = []
    for size in (1, 1 << 30):
        monkeypatch.setattr(ingest_run, "BATCH_BYTES", size)
        with workspace_at(tmp_path / str(size)) as workspace:
            for name, records in deliveries.items():
                land(workspace, name, records)
            read(workspace)
            seen.append(books(workspace))
    assert seen[0] == seen[1]


def test_late_data_makes_only_the_days_dirty_that_it_touches(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z"), call("b", "2026-10-06T10:00:00Z")])
    refresh(workspace)
    land(workspace, "2.jsonl", [{"record": "event", "call_id": "b", "type": "hold"}])
    read(workspace)
    assert [day.isoformat() for day in workspace.ledger.dirty_days()] == ["2026-10-06"]


def test_a_moved_call_makes_both_days_dirty_and_links_them(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [A])
    refresh(workspace)
    land(workspace, "2.jsonl", [A | {"revision": 2, "started_at": "2026-10-09T10:00:00Z"}])
    read(workspace)
    days = workspace.ledger.dirty_days()
    assert [day.isoformat() for day in days] == ["2026-10-05", "2026-10-09"]
    assert workspace.ledger.linked_days([days[0]]) == set(days)


def test_twenty_thousand_bad_lines_are_set_aside_one_by_one(workspace: Workspace) -> None:
    land(workspace, "bad.jsonl", [A, *('{"record":"call","id":"x"}' for _ in range(20_000))])
    report = read(workspace)
    assert (report.rows_in, report.rows_loaded, report.rows_quarantined) == (20_001, 1, 20_000)
    assert len(meta_rows(workspace, "quarantine")) == 20_000


def test_receipt_bounds_the_future(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        late = (workspace.now + timedelta(hours=25)).isoformat()
        land(workspace, "1.jsonl", [A, call("b", late)])
        assert read(workspace).rows_quarantined == 1


def test_a_refused_file_tells_nothing_about_the_texts_of_its_source(workspace: Workspace) -> None:
    content = json.dumps(A).encode() + b"\n"
    (workspace.home.landing / "1.jsonl.gz").write_bytes(gz(content * 50_000)[:-4])
    read(workspace)
    assert workspace.ledger.text_sources() == set()
    land(workspace, "2.jsonl", [A])
    read(workspace)
    assert workspace.ledger.text_sources() == {"native"}


def test_a_file_that_is_gone_when_it_is_opened_stops_none_beside_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [land(workspace, f"{name}.jsonl", [call(name, "2026-10-05T10:00:00Z")]) for name in "abc"]

    def gone(path: Path) -> BinaryIO:
        if path == files[1]:
            raise FileNotFoundError
        return streams.open_regular(path)

    with monkeypatch.context() as once:
        once.setattr(ingest_run, "open_regular", gone)
        read(workspace)
    assert [book[0] for book in books(workspace).values()] == ["loaded", "skipped", "loaded"]
    read(workspace)
    assert rows(workspace, "select string_agg(id, '' order by id) as ids from raw.calls") == [{"ids": "abc"}]


def test_what_is_added_to_a_known_file_after_its_hash_is_read_by_the_next_run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(workspace, "1.jsonl", [A])
    read(workspace)
    land(workspace, "2.jsonl", [A])
    opened = ingest_run._opened

    def opened_before_more_came(path: Path) -> tuple[BinaryIO, str]:
        found = opened(path)
        land(workspace, "2.jsonl", [A, call("b", "2026-10-05T10:00:00Z")])
        return found

    with monkeypatch.context() as once:
        once.setattr(ingest_run, "_opened", opened_before_more_came)
        read(workspace)
    read(workspace)
    assert rows(workspace, "select string_agg(id, '' order by id) as ids from raw.calls") == [{"ids": "ab"}]


def test_a_file_that_is_written_while_it_is_read_counts_for_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = {"record": "turn", "call_id": "a", "seq": 0, "speaker": "caller", "text": "hello"}
    growing = land(workspace, "1.jsonl", [turn, "{broken", call("a", "2026-10-05T10:00:00Z")])
    land(workspace, "2.jsonl", [turn | {"seq": 1}, call("b", "2026-10-05T10:00:00Z")])

    def decompressed_while_written(handle: BinaryIO) -> Iterator[bytes]:
        yield from streams.decompressed(handle)
        if os.path.samestat(os.fstat(handle.fileno()), growing.stat()) and growing.stat().st_size < 600:
            growing.write_bytes(growing.read_bytes() * 2)

    monkeypatch.setattr(ingest_run, "decompressed", decompressed_while_written)
    report = read(workspace)
    assert (report.rows_in, report.files_read) == (2, 1)
    assert books(workspace) == {"2.jsonl": ("loaded", 2, 2, 0, 0)}
    assert [row["id"] for row in rows(workspace, "select id from raw.calls")] == ["b"]
    assert workspace.ledger.text_sources() == {"native"}
    assert list(workspace.home.stage.iterdir()) == []


def test_large_lines_are_written_a_few_at_a_time(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_load, "_BATCH_BYTES", 100_000)
    turn = {"record": "turn", "call_id": "a", "speaker": "caller", "text": "word " * 1_000}
    land(workspace, "1.jsonl", [turn | {"seq": seq} for seq in range(50)])
    written: list[int] = []

    def noted(folder: Path, batches: pa.RecordBatchReader, day_column: str) -> Parts:
        given = list(batches)
        written.extend(batch.num_rows for batch in given)
        return write_parts(folder, pa.RecordBatchReader.from_batches(batches.schema, given), day_column)

    monkeypatch.setattr(lake, "write_parts", noted)
    read(workspace)
    assert written == [19, 19, 12]


def test_a_first_batch_that_fails_leaves_nothing_of_what_was_said(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(workspace, "1.jsonl", [A, "{broken"])

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "the disk is full")

    with monkeypatch.context() as once:
        once.setattr(Lake, "_commit_parts", full)
        with pytest.raises(OSError, match="the disk is full"):
            read(workspace)
    assert list(workspace.home.stage.iterdir()) == []
    restore_unbooked(workspace.home, workspace.ledger)
    assert [file for file in workspace.home.lake.rglob("*") if file.is_file()] == []
    read(workspace)
    assert books(workspace) == {"1.jsonl": ("loaded", 2, 1, 1, 0)}
