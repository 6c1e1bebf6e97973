"""Columns of the raw tables, taken from the records: what DuckDB reads and what it keeps."""

from functools import cache

from msgspec import inspect

from analytics.ingest.records import KINDS

_SCALARS: list[tuple[type[inspect.Type], str]] = [
    (inspect.StrType, "VARCHAR"),
    (inspect.LiteralType, "VARCHAR"),
    (inspect.BoolType, "BOOLEAN"),
    (inspect.IntType, "BIGINT"),
    (inspect.FloatType, "DOUBLE"),
    (inspect.AnyType, "JSON"),
]


@cache
def columns(kind: str) -> dict[str, str]:
    """Key and DuckDB type of each field of a record type, in declared order (children of a call included)."""
    info = inspect.type_info(KINDS[kind])
    assert isinstance(info, inspect.StructType)
    return {field.name: _duckdb_type(field.type) for field in info.fields}


def struct_type(kind: str) -> str:
    """The record as one DuckDB STRUCT."""
    return _struct(columns(kind))


def _struct(fields: dict[str, str]) -> str:
    return "STRUCT(" + ", ".join(f'"{name}" {type_}' for name, type_ in fields.items()) + ")"


def _duckdb_type(type_: inspect.Type) -> str:
    if isinstance(type_, inspect.UnionType):
        parts = [_duckdb_type(part) for part in type_.types if not isinstance(part, inspect.NoneType)]
        return "DOUBLE" if set(parts) == {"BIGINT", "DOUBLE"} else parts[0]
    if isinstance(type_, inspect.ListType):
        return _duckdb_type(type_.item_type) + "[]"
    if isinstance(type_, inspect.StructType):
        return _struct({field.name: _duckdb_type(field.type) for field in type_.fields})
    return next(name for known, name in _SCALARS if isinstance(type_, known))


_PLACE = {
    "file_seq": "BIGINT",
    "line": "BIGINT",
    "byte_offset": "BIGINT",
    "fingerprint": "VARCHAR",
    "received_at": "TIMESTAMPTZ",
    "identity": "VARCHAR",
    "day": "DATE",
}


def empty_rows(kind: str) -> str:
    """SQL of a raw table without rows, for a kind that was never delivered."""
    kept = {name: "TIMESTAMPTZ" if name.endswith("_at") else type_ for name, type_ in columns(kind).items()} | _PLACE
    return "select " + ", ".join(f'null::{type_} as "{name}"' for name, type_ in kept.items()) + " where false"
