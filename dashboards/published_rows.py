"""Rows of a published file as records, by column name; a table or column that the file does not have is no error."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, TypeVar

import duckdb

Record = TypeVar("Record")


@dataclass(frozen=True)
class Source:
    """Where the records of a class come from: a table or a sub-select, and the tables that it stands on."""

    rows: str
    tables: tuple[str, ...]
    order: str = "all"


def table(name: str, condition: str = "true", order: str = "all") -> Source:
    """All rows of one table that meet a condition."""
    return Source(f"(select * from {name} where {condition})", (name,), order)


def read_records(
    connection: duckdb.DuckDBPyConnection,
    record: type[Record],
    source: Source,
    parameters: dict[str, Any] | None = None,
) -> list[Record]:
    """One record per row, in the order of the source; empty where a table of the source does not exist."""
    if not set(source.tables) <= published_tables(connection):
        return []
    described = connection.execute(f"describe from {source.rows}", parameters or {}).fetchall()
    present = {str(row[0]) for row in described}
    names = [field.name for field in fields(record) if field.name in present]  # type: ignore[arg-type]
    columns = ", ".join(f'"{name}"' for name in names)
    rows = connection.execute(
        f"select {columns} from {source.rows} order by {source.order}", parameters or {}
    ).fetchall()
    numbers = {field.name for field in fields(record) if "float" in str(field.type)}  # type: ignore[arg-type]
    return [
        record(**{name: _plain(name, value, numbers) for name, value in zip(names, row, strict=True)}) for row in rows
    ]


def _plain(name: str, value: object, numbers: set[str]) -> Any:
    """A DECIMAL as a float where the record asks for one."""
    return float(value) if name in numbers and isinstance(value, Decimal) else value


def published_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Names of all tables of the file, as `schema.table`."""
    found = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
    return {str(name) for (name,) in found}
