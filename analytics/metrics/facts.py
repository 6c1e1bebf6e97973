"""Fact tables of the marts: the rows that metrics count, in groups of weeks, so that a year needs no more memory."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

import duckdb

from analytics.core.price_book import read_price_book
from analytics.lake import Window, select
from analytics.shipped import sql
from analytics.workspace import Workspace

Grain = Literal["case", "turn", "call", "tool_call", "disconnect", "spend"]
#: Fact tables in the order in which they build on each other.
GRAINS: tuple[Grain, ...] = ("case", "turn", "call", "tool_call", "disconnect", "spend")
#: Calls whose facts are in memory at once; ten turns each, 100 000 calls pass within 500 MB.
CHUNK_CALLS = 100_000
_DAILY_INPUTS = ("calls", "turns", "tool_calls", "events", "cost_items", "labels")
_WHOLE_INPUTS = ("case_calls", "surveys", "cases")


def prepare(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros, the price book and the core tables readable on a connection."""
    connection.execute(sql("core/_macros"))
    connection.execute(sql("mart/_macros"))
    read_price_book(workspace, connection)
    for table in (*_DAILY_INPUTS, *_WHOLE_INPUTS):
        workspace.lake.view(connection, f"core/{table}")


def by_weeks(workspace: Workspace, connection: duckdb.DuckDBPyConnection, grains: Sequence[Grain]) -> Iterator[None]:
    """Build `_facts_<grain>` for one group of weeks after the other; each group replaces the one before."""
    for weeks in _groups(workspace, connection):
        build_facts(workspace, connection, grains, weeks)
        yield


def newest_weeks(workspace: Workspace, connection: duckdb.DuckDBPyConnection, number: int) -> list[date]:
    """The Mondays of the newest weeks before the clock, at most `number` and within as many weeks; ascending."""
    weeks = [week for week, _ in _calls_per_week(workspace, connection)]
    return [week for week in weeks if week > weeks[-1] - timedelta(weeks=number)]


def build_facts(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, grains: Sequence[Grain], weeks: Sequence[date]
) -> None:
    """Build `_facts_<grain>` for some weeks, reading the files of their days only."""
    days = _days_of(workspace, weeks)
    for table in _DAILY_INPUTS:
        workspace.lake.view(connection, f"core/{table}", days)
    if "call" in grains:
        connection.execute("drop table if exists _fixed_usd")
        select(connection, "mart/_fixed_usd", workspace.parameters()).to_table("_fixed_usd")
    listed = ", ".join(f"date '{week}'" for week in weeks) or "null"
    for grain in grains:
        connection.execute(f"drop table if exists _facts_{grain}")
        facts = select(connection, f"mart/_facts_{grain}", workspace.parameters())
        facts.filter(f"week in ({listed})").to_table(f"_facts_{grain}")


def add_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: duckdb.DuckDBPyRelation) -> None:
    """Append rows to a temporary table, which the first ones create."""
    known = connection.execute("select 1 from duckdb_tables() where table_name = ?", [table]).fetchall()
    if known:
        rows.query("added", f"insert into {table} by name select * from added")
    else:
        rows.to_table(table)


def _groups(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> Iterator[list[date]]:
    """All weeks before the clock in runs with a bounded number of calls."""
    group: list[date] = []
    calls = 0
    for week, count in _calls_per_week(workspace, connection):
        if group and calls + count > CHUNK_CALLS:
            yield group
            group, calls = [], 0
        group.append(week)
        calls += count
    yield group


def _calls_per_week(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> list[tuple[date, int]]:
    text = "select week, count(*) from core.calls where started_at < $as_of group by week order by week"
    return connection.execute(text, {"as_of": workspace.as_of}).fetchall()


def _days_of(workspace: Workspace, weeks: Sequence[date]) -> list[date]:
    """UTC days of the weeks in any zone, and those on which a dropped call of the last day can be taken up again."""
    if not weeks:
        return []
    after = 2 + workspace.settings.cases.stitch_seconds // 86_400
    return Window(weeks[0] - timedelta(days=1), weeks[-1] + timedelta(days=7 + after)).days
