"""`lodestar query`: SQL on the published snapshot, as a table, CSV, JSON or Parquet."""

import contextlib
import io
import json
import shutil
import sys
from pathlib import Path

import click
import duckdb
import pyarrow as pa
from pyarrow import parquet

from analytics.errors import ConfigurationError
from analytics.home import Home
from analytics.publish.export import csv_bytes
from analytics.publish.questions import question
from analytics.publish.snapshot import open_snapshot

_UNLIMITED = 1_000_000


def saved_query(name: str) -> str:
    """Text of `sql/queries/<name>.sql`.

    Raises:
        ConfigurationError: no such query; the message names the nearest one.
    """
    return question(name).sql


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
        _write(out, csv_bytes(rows).decode().rstrip("\n"))
    elif out is None:
        msg = "parquet is binary: name a file with --out FILE"
        raise ConfigurationError(msg)
    else:
        parquet.write_table(rows, out)


def _write(out: Path | None, text: str) -> None:
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", "utf-8")
