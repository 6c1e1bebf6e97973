"""core/redacted_texts: the texts that redaction changed, and the views that show core tables in redacted form."""

from datetime import date
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

import duckdb
import pyarrow as pa

from analytics.lake import Window
from analytics.redaction.policy import policy_of
from analytics.redaction.redactor import CallRedactor, Finder
from analytics.shipped import sql
from analytics.workspace import Workspace

#: Tables that hold texts of a call.
TEXT_TABLES = ("turns", "tool_calls", "events")
_BATCH_ROWS = 10_000
_SCHEMA = pa.schema(
    [
        ("call_id", pa.string()),
        ("part", pa.string()),
        ("item", pa.string()),
        ("field", pa.string()),
        ("text", pa.string()),
        ("call_date", pa.date32()),
    ]
)


def redact_window(workspace: Workspace, window: Window) -> int:
    """Replace the days of `window` in core/redacted_texts; returns the number of texts that were changed.

    One row per changed text: `part` (turn, tool_call, event), `item` (its seq or tool_call_id), `field`. A text without
    a row is published as it is. Works day by day, so memory is bounded by the texts of a day.
    """
    finder = Finder(policy_of(workspace.settings.redaction))
    with workspace.connection(streams=True) as connection:
        for table in TEXT_TABLES:
            workspace.lake.view(connection, f"core/{table}", window.days)
        batches = (_redacted_day(connection, finder, day) for day in window.days)
        rows = pa.RecordBatchReader.from_batches(_SCHEMA, batches)
        workspace.lake.replace_window("core/redacted_texts", rows, window)
    with workspace.connection() as connection:
        workspace.lake.view(connection, "core/redacted_texts", window.days)
        return int(connection.execute("select count(*) from core.redacted_texts").fetchall()[0][0])


def view_redacted(workspace: Workspace, connection: duckdb.DuckDBPyConnection, days: list[date] | None = None) -> None:
    """Make redacted_turns, redacted_tool_calls and redacted_events readable: core tables with redacted texts."""
    for table in (*TEXT_TABLES, "redacted_texts"):
        workspace.lake.view(connection, f"core/{table}", days)
    connection.execute(sql("core/_redacted"))


def _redacted_day(connection: duckdb.DuckDBPyConnection, finder: Finder, day: date) -> pa.RecordBatch:
    reader = connection.sql(sql("core/_texts"), params={"day": day}).to_arrow_reader(_BATCH_ROWS)
    texts = chain.from_iterable(batch.to_pylist() for batch in reader)
    calls = groupby(texts, key=itemgetter("call_id"))
    changed = [row for _, call in calls for row in redacted_texts(finder, list(call))]
    return pa.RecordBatch.from_pylist(changed, schema=_SCHEMA)


def redacted_texts(finder: Finder, texts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The texts of one call that redaction changes, with `text` in redacted form; the others are left out."""
    redactor = CallRedactor(finder)
    for row in texts:
        redactor.reserve(row["text"])
    changed, previous = [], ""
    for row in texts:
        if row["is_json"]:
            text = redactor.json(row["text"])
        elif row["field"] == "text":
            text = previous = redactor.turn(row["text"], previous)
        else:
            text = redactor.text(row["text"])
        if text != row["text"]:
            changed.append(row | {"text": text})
    return changed
