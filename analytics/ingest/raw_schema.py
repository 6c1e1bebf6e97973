"""Columns of the raw tables, taken from the records: what DuckDB reads and what it keeps."""

import json
from datetime import datetime
from functools import cache
from typing import TypeAlias

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


#: A DuckDB type by name, a list of one, or the named fields of a struct.
Shape: TypeAlias = "str | list[Shape] | dict[str, Shape]"


@cache
def _shape(kind: str) -> dict[str, Shape]:
    return _fields(inspect.type_info(KINDS[kind]))


@cache
def columns(kind: str) -> dict[str, str]:
    """Key and DuckDB type of each field of a record type, in declared order (children of a call included)."""
    return {name: _named(shape) for name, shape in _shape(kind).items()}


def struct_type(kind: str) -> str:
    """The record as one DuckDB STRUCT."""
    return _named(_shape(kind))


def json_structure(kind: str) -> str:
    """The record as the structure that DuckDB's `from_json` takes."""
    return json.dumps(_shape(kind))


def typed_fields(kind: str) -> str:
    """Select list of the fields of a record `r`: defaults stated, moments as such."""
    return ", ".join(_field(name) for name in columns(kind))


def typed_row(kind: str, received_at: datetime) -> str:
    """Select list of a raw row from a staged one: place, fingerprint, receipt and the fields of the record `r`."""
    receipt = f"timestamptz '{received_at.isoformat()}' as received_at"
    return f"file_seq, line, byte_offset, fingerprint, {receipt}, {typed_fields(kind)}"


def _field(name: str) -> str:
    if name == "source":
        return "coalesce(r.source, 'native') as source"
    if name == "revision":
        return "coalesce(r.revision, 1) as revision"
    if name.endswith("_at"):
        return f"upper(r.{name})::timestamptz as {name}"
    return f'r."{name}" as "{name}"'


def _fields(type_: inspect.Type) -> dict[str, Shape]:
    assert isinstance(type_, inspect.StructType)
    return {field.name: _shape_of(field.type) for field in type_.fields}


def _shape_of(type_: inspect.Type) -> Shape:
    if isinstance(type_, inspect.UnionType):
        parts = [_shape_of(part) for part in type_.types if not isinstance(part, inspect.NoneType)]
        return "DOUBLE" if "BIGINT" in parts and "DOUBLE" in parts else parts[0]
    if isinstance(type_, inspect.ListType):
        return [_shape_of(type_.item_type)]
    if isinstance(type_, inspect.StructType):
        return _fields(type_)
    return next(name for known, name in _SCALARS if isinstance(type_, known))


def _named(shape: Shape) -> str:
    if isinstance(shape, list):
        return _named(shape[0]) + "[]"
    if isinstance(shape, dict):
        return "STRUCT(" + ", ".join(f'"{name}" {_named(field)}' for name, field in shape.items()) + ")"
    return shape


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
