"""Parquet files of one commit: rows in any order in, one file per day out.

A file belongs to a table only once its action is committed; what a killed writer leaves is in no version, and
`Lake.forget_history` deletes it. Written here because of nested rows: delta-rs, which takes every batch apart row by
row, needs three times the CPU for a table of calls, and DuckDB's partitioned COPY twice.
"""

import json
import shutil
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake.transaction import AddAction

_EPOCH = date(1970, 1, 1)
#: Texts that do not repeat, so that a dictionary of them is built in vain; numbers do not repeat either.
_DISTINCT = frozenset(
    {"text", "text_intended", "arguments", "result", "attributes", "fingerprint", "identity", "evidence"}
)
#: Files that are open at one time; a process may have about a thousand.
_OPEN_FILES = 256
#: A row group ends at this many rows or bytes: one of calls with their transcripts would be a gigabyte otherwise.
_ROW_GROUP_ROWS = 122_880
_ROW_GROUP_BYTES = 16 << 20
#: Rows of one day that wait keep the batch that they came in, with the rows of all other days; together at most this.
_WAITING_BYTES = 128 << 20


class Parts(NamedTuple):
    """Files that one commit can make part of a table, with the columns of the table and the number of rows."""

    files: list[AddAction]
    schema: pa.Schema
    rows: int

    def move(self, source: Path, target: Path) -> None:
        """Take the files from one folder to another, by renaming where both are on one disk."""
        for file in self.files:
            (target / file.path).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source / file.path, target / file.path)

    def read(self, folder: Path) -> pa.RecordBatchReader:
        """All rows again, a row group at a time."""
        return pa.RecordBatchReader.from_batches(self.schema, self._batches(folder))

    def _batches(self, folder: Path) -> Iterator[pa.RecordBatch]:
        for file in self.files:
            ((name, day),) = file.partition_values.items()
            place = self.schema.get_field_index(name)
            of_day = pa.scalar(date.fromisoformat(str(day)), pa.date32())
            with pq.ParquetFile(folder / file.path) as parquet:
                for group in range(parquet.num_row_groups):
                    rows = parquet.read_row_group(group)
                    column = pa.repeat(of_day, rows.num_rows)
                    yield from rows.add_column(place, self.schema.field(place), column).to_batches()


def write_parts(folder: Path, rows: pa.RecordBatchReader, day_column: str) -> Parts:
    """Write `rows` below `folder`, one file per day (more beyond 256 days).

    A row group of each day is held in memory, of all days together 128 MiB.
    """
    schema = rows.schema.remove(rows.schema.get_field_index(day_column))
    written: list[AddAction] = []
    count = held_bytes = 0
    parts: dict[date, _Part] = {}
    for batch in rows:
        count += batch.num_rows
        held_bytes += batch.nbytes
        for day, of_day in _by_day(batch, day_column):
            if day not in parts:
                if len(parts) == _OPEN_FILES:
                    written += [part.close() for part in parts.values()]
                    parts.clear()
                parts[day] = _Part(folder, {day_column: day.isoformat()}, schema)
            parts[day].add(of_day)
        if held_bytes >= _WAITING_BYTES:
            for part in parts.values():
                part.flush()
            held_bytes = 0
    return Parts(written + [part.close() for part in parts.values()], rows.schema, count)


def _by_day(batch: pa.RecordBatch, day_column: str) -> Iterator[tuple[date, pa.RecordBatch]]:
    """The rows of each day, without the column that says it."""
    days = _days_since_1970(batch.column(day_column))
    if np.any(days[1:] < days[:-1]):
        batch = batch.sort_by(day_column)
        days = _days_since_1970(batch.column(day_column))
    rows = batch.drop_columns([day_column])
    for start, end in pairwise([0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]):
        if end > start:
            yield _EPOCH + timedelta(days=int(days[start])), rows.slice(start, end - start)


def _days_since_1970(column: pa.Array) -> npt.NDArray[np.int32]:
    # the buffer as it is: pyarrow.compute takes 0.02 s to import and pandas, which to_numpy asks, 0.1 s
    return np.frombuffer(column.buffers()[1], np.int32, len(column), column.offset * 4)


class _Part:
    """One file that is being written."""

    def __init__(self, folder: Path, partition: dict[str, str], schema: pa.Schema) -> None:
        self._folder = folder
        self._partition = partition
        ((column, day),) = partition.items()
        self._path = f"{column}={day}/part-{uuid.uuid4()}.parquet"
        (folder / self._path).parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(
            folder / self._path, schema, compression="snappy", use_dictionary=_repeating(schema), write_statistics=False
        )
        self._schema = schema
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = self._waiting_bytes = 0
        self._rows = 0

    def add(self, rows: pa.RecordBatch) -> None:
        """Take rows; they are written when they fill a row group."""
        self._waiting.append(rows)
        self._waiting_rows += rows.num_rows
        self._waiting_bytes += rows.nbytes
        if self._waiting_rows >= _ROW_GROUP_ROWS or self._waiting_bytes >= _ROW_GROUP_BYTES:
            self.flush()

    def close(self) -> AddAction:
        """Finish the file."""
        self.flush()
        self._writer.close()
        info = (self._folder / self._path).stat()
        # no minima and maxima: they would be values of rows that an erasure has to remove
        stats = json.dumps({"numRecords": self._rows})
        return AddAction(self._path, info.st_size, self._partition, info.st_mtime_ns // 1_000_000, True, stats)

    def flush(self) -> None:
        """Write what waits, be it a row group or less."""
        if not self._waiting:
            return
        # a batch may hold more than a row group: calls of 16 MiB do
        groups = max(self._waiting_bytes // _ROW_GROUP_BYTES, 1)
        rows = min(ceil(self._waiting_rows / groups), _ROW_GROUP_ROWS)
        self._writer.write_table(pa.Table.from_batches(self._waiting, self._schema), row_group_size=rows)
        self._rows += self._waiting_rows
        self._waiting.clear()
        self._waiting_rows = self._waiting_bytes = 0


def _repeating(schema: pa.Schema) -> list[str]:
    """Parquet paths of the texts that repeat."""
    return [path for field in schema for path in _texts(field.name, field.type) if path.split(".")[-1] not in _DISTINCT]


def _texts(path: str, type_: pa.DataType) -> Iterator[str]:
    if pa.types.is_list(type_):
        yield from _texts(f"{path}.list.element", type_.value_type)
    elif pa.types.is_struct(type_):
        for field in type_:
            yield from _texts(f"{path}.{field.name}", field.type)
    elif pa.types.is_string(type_):
        yield path
