"""The lake: Delta tables on a disk, written in one commit, read by DuckDB through the log's list of files."""

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, Schema, write_deltalake
from deltalake.transaction import create_table_with_add_actions

from analytics.parts import Parts, write_parts
from analytics.shipped import sql

#: The day of children whose call is not known yet; no call can start on it (the gate refuses all before 2000).
WAITING_DAY = date(1970, 1, 1)
#: Rows that are written in one go. Each batch costs 0.1 ms, so that a million events want large ones; a raw row holds a
#: whole line, of up to 16 MiB.
_BATCH_ROWS = 8_192
_RAW_BATCH_ROWS = 16
#: No minima and maxima in the log: they would be values of rows that an erasure has to remove.
_CONFIGURATION = {"delta.dataSkippingNumIndexedCols": "0"}

_Filters: TypeAlias = list[tuple[str, str, Any]]
Rows: TypeAlias = duckdb.DuckDBPyRelation | pa.RecordBatchReader


@dataclass(frozen=True)
class Window:
    """Half-open range of days [start, end), UTC."""

    start: date
    end: date

    @property
    def days(self) -> list[date]:
        """The days of the window, ascending."""
        return [self.start + timedelta(days=i) for i in range((self.end - self.start).days)]


@dataclass(frozen=True)
class Lake:
    """Tables below `root`, named `layer/table`; raw is partitioned by `day`, core by `call_date`."""

    root: Path

    def exists(self, table: str) -> bool:
        """Whether the table was ever written."""
        return any((self.root / table / "_delta_log").glob("*.json"))

    def version(self, table: str) -> int | None:
        """Number of the newest commit; None before the first."""
        return DeltaTable(self.root / table).version() if self.exists(table) else None

    def fingerprint(self, table: str) -> str:
        """Changes with the files of the newest version, and so with whatever a reader would see."""
        return hashlib.sha256("\n".join(sorted(DeltaTable(self.root / table).file_uris())).encode()).hexdigest()

    def rows_per_day(self, table: str) -> Counter[date]:
        """The number of rows of each day, as the log tells it; none before the first commit."""
        if not self.exists(table):
            return Counter()
        delta = DeltaTable(self.root / table)
        files = delta.get_add_actions(flatten=True)
        days = files.column(f"partition.{delta.metadata().partition_columns[0]}").to_pylist()
        rows: Counter[date] = Counter()
        for day, count in zip(days, files.column("num_records").to_pylist(), strict=True):
            rows[day] += count
        return rows

    def append(self, table: str, rows: Rows, day_column: str) -> int:
        """Add rows in one commit; returns their number."""
        return self._commit(table, _stream(rows, table), day_column, None)

    def append_parts(self, table: str, parts: Parts, staged: Path, day_column: str) -> None:
        """Add rows that lie in files below `staged` already, in one commit."""
        parts.move(staged, self._folder(table))
        self._commit_parts(table, parts, day_column, None)

    def replace(self, table: str, rows: Rows) -> None:
        """Replace the whole table in one commit."""
        write_deltalake(
            self._folder(table),
            _stream(rows, table),
            mode="overwrite",
            schema_mode="overwrite",
            configuration=_CONFIGURATION,
        )

    def replace_window(self, table: str, rows: Rows, window: Window) -> int:
        """Replace the days of `window` by `rows` (their `call_date` lies in it) in one commit; returns their number."""
        within = [("call_date", ">=", str(window.start)), ("call_date", "<", str(window.end))]
        return self._commit(table, _stream(rows, table), "call_date", within)

    def replace_days(self, table: str, rows: Rows, days: Sequence[date]) -> int:
        """Replace some days of a raw table by `rows` (of these days) in one commit; returns their number."""
        within = [("day", "in", [str(day) for day in days])]
        return self._commit(table, _stream(rows, table), "day", within)

    def _commit(self, table: str, rows: pa.RecordBatchReader, day_column: str, within: _Filters | None) -> int:
        """Write one file per day and commit them; returns the number of rows."""
        parts = write_parts(self._folder(table), rows, day_column)
        self._commit_parts(table, parts, day_column, within)
        return parts.rows

    def _commit_parts(self, table: str, parts: Parts, day_column: str, within: _Filters | None) -> None:
        """Make files part of the table at once, in place of the days in `within`."""
        folder, schema = self._folder(table), Schema.from_arrow(parts.schema)
        if self.exists(table):
            mode = "append" if within is None else "overwrite"
            DeltaTable(folder).create_write_transaction([*parts.files], mode, schema, day_column, within)
        else:
            create_table_with_add_actions(
                str(folder), schema, parts.files, "append", day_column, configuration=_CONFIGURATION
            )

    def forget_history(self, older_than_h: int = 0) -> None:
        """Delete files that only versions older than some hours use; with 0, nothing removed can be read again."""
        for log in sorted(self.root.glob("*/*/_delta_log")):
            table = DeltaTable(log.parent)
            # full: what a killed writer left is in no version, so that no log names it
            table.vacuum(retention_hours=older_than_h, enforce_retention_duration=False, dry_run=False, full=True)

    def drop(self, table: str) -> None:
        """Forget a table that is about to be rebuilt as a whole, in other columns perhaps."""
        shutil.rmtree(self.root / table, ignore_errors=True)

    def restore(self, table: str, version: int) -> None:
        """Go back to an older commit: what came after it was never booked."""
        DeltaTable(self.root / table).restore(version)

    def _folder(self, table: str) -> Path:
        folder = self.root / table
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def view(self, connection: duckdb.DuckDBPyConnection, table: str, days: list[date] | None = None) -> None:
        """Make `layer.table` readable on a connection; with `days`, only the files of these days."""
        layer, name = table.split("/")
        connection.execute(f"create schema if not exists {layer}")
        delta = DeltaTable(self.root / table)
        # the log holds percent-encoded addresses, DuckDB wants paths
        files = [unquote(uri) for uri in (delta.file_uris() if days is None else _files_of(delta, days))]
        if files:
            source = f"read_parquet({_literal(files)}, hive_types_autocast = true)"
            connection.execute(f"create or replace view {layer}.{name} as select * from {source}")
        else:
            _empty_view(connection, layer, name, delta)


def _stream(rows: Rows, table: str) -> pa.RecordBatchReader:
    if isinstance(rows, pa.RecordBatchReader):
        return rows
    return rows.to_arrow_reader(_RAW_BATCH_ROWS if table.startswith("raw/") else _BATCH_ROWS)


def _files_of(delta: DeltaTable, days: list[date]) -> list[str]:
    partition = delta.metadata().partition_columns[0]
    return delta.file_uris(file_pruning_predicate=[(partition, "in", [str(day) for day in days])]) if days else []


def _empty_view(connection: duckdb.DuckDBPyConnection, layer: str, name: str, delta: DeltaTable) -> None:
    # no batches: an empty_table() asks pandas, whose import takes 0.1 s
    empty = pa.Table.from_batches([], pa.schema(delta.schema().to_arrow()))
    connection.register(f"_empty_{layer}_{name}", empty)
    connection.execute(f"create or replace view {layer}.{name} as select * from _empty_{layer}_{name}")


def _literal(files: list[str]) -> str:
    return "[" + ", ".join("'" + file.replace("'", "''") + "'" for file in files) + "]"


def select(connection: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, object]) -> duckdb.DuckDBPyRelation:
    """The relation of `sql/<name>.sql`, with those of `parameters` that it names."""
    text = sql(name)
    return connection.sql(text, params=named_in(text, parameters))


def named_in(text: str, parameters: dict[str, object]) -> dict[str, object]:
    """The parameters that a statement uses; DuckDB refuses others, and comments do not count."""
    used = set(re.findall(r"\$(\w+)", re.sub(r"--.*", "", text)))
    return {key: value for key, value in parameters.items() if key in used}
