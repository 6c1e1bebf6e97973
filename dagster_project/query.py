"""`lodestar query`: SQL on the published snapshot, as a table, CSV, JSON or Parquet."""

import contextlib
import difflib
import io
import json
import shutil
import sys
from pathlib import Path

import click
import duckdb
import pyarrow as pa
from pyarrow import csv, parquet

from analytics.errors import ConfigurationError
from analytics.home import Home
from analytics.publish.snapshot import open_snapshot
from analytics.shipped import shipped

_UNLIMITED = 1_000_000
#: A spreadsheet runs a text that starts with one of these as a formula (OWASP ASVS 1.2.10).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


def saved_query(name: str) -> str:
    """Text of `sql/queries/<name>.sql`.

    Raises:
        ConfigurationError: no such query; the message names the nearest one.
    """
    names = sorted(file.stem for file in (shipped("sql") / "queries").glob("*.sql"))
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1, cutoff=0.0)
        nearest = f"the nearest is {close[0]!r}" if close else "there are none"
        msg = f"no saved query {name!r}; {nearest}"
        raise ConfigurationError(msg)
    return (shipped("sql") / "queries" / f"{name}.sql").read_text("utf-8")


def answer(home: Home, statement: str, form: str, out: Path | None) -> None:
    """Run one statement and write its rows to `out` or the terminal.

    Raises:
        ConfigurationError: the statement fails, or Parquet has no file to go to.
    """
    with open_snapshot(home) as connection:
        try:
            relation = connection.sql(statement)
            if relation is None:
                return
            if form == "table":
                _write(out, _table(relation))
            else:
                _export(relation.to_arrow_table(), form, out)
        except duckdb.Error as error:
            msg = f"the query failed: {error}"
            raise ConfigurationError(msg) from error


def _table(relation: duckdb.DuckDBPyRelation) -> str:
    """As many columns as the terminal is wide; everything where the output is no terminal."""
    drawn = io.StringIO()
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNLIMITED
    with contextlib.redirect_stdout(drawn):
        relation.show(max_width=width, max_rows=_UNLIMITED)
    return drawn.getvalue().rstrip("\n")


def _export(rows: pa.Table, form: str, out: Path | None) -> None:
    if twice := sorted({name for name in rows.column_names if rows.column_names.count(name) > 1}):
        msg = f"two columns are called {twice[0]!r}; give one another name with `as`"
        raise ConfigurationError(msg)
    if form == "json":
        _write(out, json.dumps(rows.to_pylist(), default=str, ensure_ascii=False, indent=1))
    elif form == "csv":
        sink = pa.BufferOutputStream()
        csv.write_csv(_harmless(rows), sink)
        _write(out, sink.getvalue().to_pybytes().decode().rstrip("\n"))
    elif out is None:
        msg = "parquet is binary: name a file with --out FILE"
        raise ConfigurationError(msg)
    else:
        parquet.write_table(rows, out)


def _harmless(rows: pa.Table) -> pa.Table:
    """Text that a spreadsheet would run gets a leading quote; lists and structs become JSON."""
    columns = {name: _harmless_column(rows.column(name)) for name in rows.column_names}
    return pa.table(columns)


def _harmless_column(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_nested(column.type):
        return pa.array([None if value is None else json.dumps(value, default=str) for value in column.to_pylist()])
    if not pa.types.is_string(column.type):
        return column
    return pa.array([f"'{v}" if v is not None and v.startswith(_FORMULA_STARTS) else v for v in column.to_pylist()])


def _write(out: Path | None, text: str) -> None:
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", "utf-8")
