"""Values that many calls share (segments, codes, names of tools): redacted one by one where something is published.

They are few, so each distinct value is looked at once; placeholders count within the value, since it has no one call.
"""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from analytics.redaction.redactor import CallRedactor, Finder

#: Columns whose values a producer chooses, in whatever table; ids are published as they are.
COLUMNS = frozenset(
    {
        *("agent_name", "agent_version", "by", "code", "component", "ended_by", "environment", "instrument"),
        *("json_path", "kind", "language", "model", "name", "provider", "reason", "segment", "server", "topic", "unit"),
        *("received_channel", "received_direction", "received_end_reason", "received_interface", "received_type"),
        *("use_case", "tool", "failed_tool", "tool_error", "driver_segment", "stratum"),
    }
)


#: What a conversation says beside its texts.
_IN_CONVERSATIONS = ("(select use_case, language from core.calls)", "(select name from core.tool_calls)")


def find_conversation_values(connection: duckdb.DuckDBPyConnection, finder: Finder) -> None:
    """The same table for what labelers and reviewers read of core.calls and core.tool_calls beside redacted texts."""
    find_shared_values(connection, finder, _IN_CONVERSATIONS)


def find_shared_values(connection: duckdb.DuckDBPyConnection, finder: Finder, relations: Iterable[str]) -> None:
    """Table `_shared_values` of the connection: each value of `relations` that redaction changes, and its new form."""
    values = {value for relation in relations for value in _distinct(connection, relation)}
    redacted = {value: CallRedactor(finder).text(value) for value in sorted(values)}
    changed = {value: text for value, text in redacted.items() if text != value}
    rows = pa.table({"value": pa.array(changed, pa.string()), "redacted": pa.array(changed.values(), pa.string())})
    connection.register("_changed_values", rows)
    connection.execute("create or replace temp table _shared_values as from _changed_values")
    connection.unregister("_changed_values")


def shared_replacements(connection: duckdb.DuckDBPyConnection, relation: str, alias: str) -> dict[str, str]:
    """Column and SQL expression of its redacted form; empty where `_shared_values` is, which is nearly always.

    Args:
        connection: has `_shared_values`.
        relation: where the columns are looked up.
        alias: the relation's name in the statement.
    """
    if connection.execute("select count(*) from _shared_values").fetchall() == [(0,)]:
        return {}
    redacted = "coalesce((select redacted from _shared_values where value = {0}), {0})"
    return {column: redacted.format(f'{alias}."{column}"') for column in _columns(connection, relation)}


def _distinct(connection: duckdb.DuckDBPyConnection, relation: str) -> Iterable[str]:
    statement = 'select distinct "{0}" from {1} where "{0}" is not null'
    for column in _columns(connection, relation):
        yield from (value for (value,) in connection.execute(statement.format(column, relation)).fetchall())


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    columns = connection.sql(f"from {relation} limit 0")
    return [
        name
        for name, type_ in zip(columns.columns, columns.types, strict=True)
        if name in COLUMNS and str(type_) == "VARCHAR"
    ]
