"""What every published table and column means: `sql/dictionary.yaml`, as comments and as meta.dictionary."""

from functools import cache

import duckdb
import msgspec
import yaml
from msgspec import Struct

from analytics.shipped import shipped


class TableEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The grain of a table, and columns that mean something else here than elsewhere."""

    grain: str
    columns: dict[str, str] = {}


class Dictionary(Struct, frozen=True, forbid_unknown_fields=True):
    """Tables by name (`core.calls`) and columns by name."""

    tables: dict[str, TableEntry]
    columns: dict[str, str]

    def meaning(self, table: str, column: str) -> str:
        """The sentence for one column.

        Raises:
            KeyError: nobody wrote one; add it to `sql/dictionary.yaml`.
        """
        own = self.tables[table].columns
        return own[column] if column in own else self.columns[column]


@cache
def dictionary() -> Dictionary:
    """The shipped dictionary."""
    return msgspec.convert(yaml.safe_load((shipped("sql") / "dictionary.yaml").read_text("utf-8")), Dictionary)


def describe(connection: duckdb.DuckDBPyConnection) -> None:
    """Comment every table and column of the file `published`, and write meta.dictionary."""
    connection.execute(
        "create table published.meta.dictionary"
        " (table_name varchar, column_name varchar, type varchar, meaning varchar)"
    )
    columns = connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where database_name = 'published' order by schema_name, table_name, column_index"
    ).fetchall()
    for table in dict.fromkeys(table for table, _, _ in columns):
        grain = dictionary().tables[table].grain
        connection.execute(f"comment on table published.{table} is {_quoted(grain)}")
        connection.execute("insert into published.meta.dictionary values (?, null, 'table', ?)", [table, grain])
    for table, column, type_ in columns:
        meaning = dictionary().meaning(table, column)
        connection.execute(f'comment on column published.{table}."{column}" is {_quoted(meaning)}')
        connection.execute("insert into published.meta.dictionary values (?, ?, ?, ?)", [table, column, type_, meaning])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
