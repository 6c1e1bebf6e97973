"""Day-partitioned core tables: each is `sql/core/<table>.sql` over the raw rows of its window."""

import hashlib
from collections.abc import Iterator
from datetime import date

import duckdb

from analytics.core.price_book import read_price_book
from analytics.ingest.load import CHILDREN
from analytics.ingest.raw_schema import empty_rows
from analytics.lake import WAITING_DAY, Window, select
from analytics.redaction.policy import redaction_version
from analytics.shipped import shipped, sql
from analytics.workspace import Workspace

#: Tables in the order in which they can be built; calls sums up the others.
DAILY_TABLES = ("turns", "latencies", "events", "tool_calls", "cost_items", "calls")
#: Calls that are built in one go; it bounds memory (about 16 KB of transcript and events a call).
CHUNK_CALLS = 24_000


def build_days(workspace: Workspace, window: Window) -> dict[str, int]:
    """Replace the days of `window` in every daily core table; returns the rows written to each."""
    rows = dict.fromkeys(DAILY_TABLES, 0)
    for chunk in _chunks(workspace, window):
        with workspace.connection(streams=True) as connection:
            prepare(workspace, connection, chunk)
            for table in DAILY_TABLES:
                rows[table] += _build(workspace, connection, table, chunk)
    return rows


def _build(workspace: Workspace, connection: duckdb.DuckDBPyConnection, table: str, window: Window) -> int:
    rows = select(connection, f"core/{table}", workspace.parameters())
    built = workspace.lake.replace_window(f"core/{table}", rows, window)
    workspace.lake.view(connection, f"core/{table}", window.days)
    return built


def prepare(workspace: Workspace, connection: duckdb.DuckDBPyConnection, window: Window) -> None:
    """Make raw.*, _winners and price_book readable for the calls of `window`."""
    days = sorted(workspace.ledger.linked_days(window.days))
    raw_view(workspace, connection, "calls", days)
    for kind in CHILDREN:
        raw_view(workspace, connection, kind, [*days, WAITING_DAY])
    connection.execute(sql("core/_macros"))
    connection.execute(
        f"create temp table _winners as {sql('core/_winners')}", {"start": window.start, "end": window.end}
    )
    read_price_book(workspace, connection)


def raw_view(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, kind: str, days: list[date] | None = None
) -> None:
    """Make raw.<kind> readable, empty where that kind was never delivered."""
    if workspace.lake.exists(f"raw/{kind}"):
        workspace.lake.view(connection, f"raw/{kind}", days)
    else:
        connection.execute(f"create schema if not exists raw; create or replace view raw.{kind} as {empty_rows(kind)}")


def _chunks(workspace: Workspace, window: Window) -> Iterator[Window]:
    """The window cut into runs of days with a bounded number of calls."""
    counts = workspace.lake.rows_per_day("raw/calls")
    start, calls = window.start, 0
    for day in window.days:
        if day > start and calls + counts[day] > CHUNK_CALLS:
            yield Window(start, day)
            start, calls = day, 0
        calls += counts[day]
    yield Window(start, window.end)


def definitions_fingerprint(workspace: Workspace) -> str:
    """Changes with anything but prices and labels that changes what core tables hold for the same raw rows."""
    digest = hashlib.sha256()
    for file in sorted((shipped("sql") / "core").glob("*.sql")):
        digest.update(file.read_bytes())
    settings = workspace.settings
    digest.update(repr((settings.reporting.timezone, settings.eligibility, settings.slo)).encode())
    digest.update(repr(settings.cost.required_components).encode())
    digest.update(redaction_version(settings).encode())
    digest.update(hashlib.sha256(workspace.customer_key.encode()).digest())
    return digest.hexdigest()
