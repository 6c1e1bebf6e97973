"""Files of one commit: every row once, in the file of its day, whatever the order and size of the batches."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import parts
from analytics.parts import write_parts

FIRST = date(2026, 10, 5)
TURN = pa.struct([("speaker", pa.string()), ("text", pa.string())])
SCHEMA = pa.schema([("n", pa.int64()), ("day", pa.date32()), ("turns", pa.list_(TURN))])


def batch(first: int, days: list[int]) -> pa.RecordBatch:
    rows: list[dict[str, Any]] = [
        {
            "n": first + place,
            "day": FIRST + timedelta(days=day),
            "turns": [{"speaker": "agent", "text": "x" * day}] * day,
        }
        for place, day in enumerate(days)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


def written(folder: Path, batches: list[pa.RecordBatch]) -> dict[int, date]:
    """The day of each number as the files have it; fails when a number stands twice."""
    actions, _, count = write_parts(folder, pa.RecordBatchReader.from_batches(SCHEMA, batches), "day")
    found: dict[int, date] = {}
    for action in actions:
        assert (folder / action.path).stat().st_size == action.size
        rows = pq.ParquetFile(folder / action.path).read().to_pylist()
        day = date.fromisoformat(str(action.partition_values["day"]))
        for row in rows:
            assert row["n"] not in found
            assert len(row["turns"]) == (day - FIRST).days
            found[row["n"]] = day
    assert len(found) == count
    return found


@given(batches=st.lists(st.lists(st.integers(0, 4), max_size=9), max_size=5))
def test_every_row_lies_once_in_the_file_of_its_day(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]]
) -> None:
    given_rows = [batch(100 * place, days) for place, days in enumerate(batches)]
    expected = {
        100 * place + n: FIRST + timedelta(days=day) for place, days in enumerate(batches) for n, day in enumerate(days)
    }
    assert written(tmp_path_factory.mktemp("parts"), given_rows) == expected


def test_row_groups_are_bounded_and_so_are_open_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_ROW_GROUP_ROWS", 2)
    monkeypatch.setattr(parts, "_OPEN_FILES", 2)
    days = [0, 1, 2, 3, 0, 1, 2, 3, 0, 0, 0]
    assert len(written(tmp_path, [batch(20 * n, days) for n in range(3)])) == 33


def test_a_few_rows_of_another_day_hold_no_batches_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one_batch = batch(0, [4] * 9 + [5]).nbytes
    monkeypatch.setattr(parts, "_WAITING_BYTES", 2 * one_batch)
    batches = [batch(10 * n, [4] * 9 + [5]) for n in range(6)]
    files, *_ = write_parts(tmp_path, pa.RecordBatchReader.from_batches(SCHEMA, batches), "day")
    groups = [pq.ParquetFile(tmp_path / file.path).metadata for file in files]
    assert [[of_day.row_group(n).num_rows for n in range(of_day.num_row_groups)] for of_day in groups] == [
        [18, 18, 18],
        [2, 2, 2],
    ]


def test_one_batch_of_large_rows_is_cut_into_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one_row = batch(0, [4]).drop_columns(["day"]).nbytes
    monkeypatch.setattr(parts, "_ROW_GROUP_BYTES", 3 * one_row)
    files, *_ = write_parts(tmp_path, pa.RecordBatchReader.from_batches(SCHEMA, [batch(0, [4] * 12)]), "day")
    metadata = pq.ParquetFile(tmp_path / files[0].path).metadata
    assert [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)] == [3, 3, 3, 3]


@given(batches=st.lists(st.lists(st.integers(0, 4), max_size=9), max_size=5))
def test_what_was_written_can_be_read_again_and_moved(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]]
) -> None:
    folder, target = tmp_path_factory.mktemp("staged"), tmp_path_factory.mktemp("table")
    given_rows = [batch(100 * place, days) for place, days in enumerate(batches)]
    written_parts = write_parts(folder, pa.RecordBatchReader.from_batches(SCHEMA, given_rows), "day")
    expected = sorted((row for rows in given_rows for row in rows.to_pylist()), key=lambda row: int(row["n"]))
    before = written_parts.read(folder).read_all()
    written_parts.move(folder, target)
    after = written_parts.read(target).read_all()
    assert before.schema == SCHEMA
    assert before.equals(after)
    assert sorted(after.to_pylist(), key=lambda row: int(row["n"])) == expected


def test_no_rows_leave_no_file(tmp_path: Path) -> None:
    assert write_parts(tmp_path, pa.RecordBatchReader.from_batches(SCHEMA, []), "day") == ([], SCHEMA, 0)
    assert list(tmp_path.iterdir()) == []


def test_minima_and_maxima_of_what_may_be_erased_stand_in_no_log_and_no_footer(tmp_path: Path) -> None:
    actions, *_ = write_parts(tmp_path, pa.RecordBatchReader.from_batches(SCHEMA, [batch(7, [1])]), "day")
    assert actions[0].stats == '{"numRecords": 1}'
    column = pq.ParquetFile(tmp_path / actions[0].path).metadata.row_group(0).column(0)
    assert not column.is_stats_set
