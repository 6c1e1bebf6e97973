"""Rows as files that other tools open: CSV that no spreadsheet runs, and Parquet."""

import json

import pyarrow as pa
from pyarrow import csv

#: A spreadsheet runs a text that starts with one of these as a formula (OWASP ASVS 1.2.10).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


def csv_bytes(rows: pa.Table) -> bytes:
    """The rows as CSV with a header; text that a spreadsheet would run gets a leading quote, lists become JSON."""
    sink = pa.BufferOutputStream()
    csv.write_csv(_harmless(rows), sink)
    return bytes(sink.getvalue())


def _harmless(rows: pa.Table) -> pa.Table:
    columns = {name: _harmless_column(rows.column(name)) for name in rows.column_names}
    return pa.table(columns)


def _harmless_column(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_nested(column.type):
        return pa.array([None if value is None else json.dumps(value, default=str) for value in column.to_pylist()])
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    return pa.array([f"'{v}" if v is not None and v.startswith(FORMULA_STARTS) else v for v in column.to_pylist()])
