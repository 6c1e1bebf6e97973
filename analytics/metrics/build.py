"""mart/*: what people read, rebuilt as a whole from core/* at one moment of judgement."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from analytics.lake import named_in, select
from analytics.metrics.registry import registry
from analytics.metrics.rollup import Period, rollup
from analytics.shipped import sql
from analytics.workspace import Workspace

MART_TABLES = ("kpi_week", "kpi_day", "latency_week", "cost_week", "listen_list")
_CORE_INPUTS = ("calls", "case_calls", "turns", "tool_calls", "events", "cost_items", "labels", "surveys", "cases")
#: Fact tables, in the order in which they build on each other, and those that a mart needs if not all.
_FACTS = ("case", "turn", "call", "tool_call", "disconnect", "spend")
_NEEDED = {"latency_week": ("turn",), "cost_week": ("turn", "call"), "listen_list": ("case", "turn", "call")}


def build_mart(workspace: Workspace, table: str) -> int:
    """Replace mart/<table>; returns its number of rows."""
    with _facts(workspace, _NEEDED.get(table, _FACTS)) as connection:
        if table in ("kpi_week", "kpi_day"):
            _rollups(connection, workspace, "week" if table == "kpi_week" else "day")
        workspace.lake.replace(f"mart/{table}", select(connection, f"mart/{table}", workspace.parameters()))
        workspace.lake.view(connection, f"mart/{table}")
        return int(connection.execute(f"select count(*) from mart.{table}").fetchall()[0][0])


@contextmanager
def _facts(workspace: Workspace, grains: tuple[str, ...]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the fact tables of some grains."""
    with workspace.connection() as connection:
        connection.execute(sql("core/_macros"))
        connection.execute(sql("mart/_macros"))
        for table in _CORE_INPUTS:
            workspace.lake.view(connection, f"core/{table}")
        for grain in grains:
            select(connection, f"mart/_facts_{grain}", workspace.parameters()).to_table(f"_facts_{grain}")
        yield connection


def _rollups(connection: duckdb.DuckDBPyConnection, workspace: Workspace, period: Period) -> None:
    """Table `rollups` of all metrics, and `definitions` of what the publication needs to know of each."""
    parameters = workspace.parameters()
    select(connection, f"mart/_{period}s", parameters).to_table(f"_{period}s")
    connection.execute(
        "create temp table definitions (metric varchar, waits_for_cases boolean, counts boolean, version integer)"
    )
    for position, metric in enumerate(registry().values()):
        text = rollup(metric, period)
        into = "create temp table rollups as" if position == 0 else "insert into rollups by name"
        connection.execute(f"{into} {text}", named_in(text, parameters))
        connection.execute(
            "insert into definitions values (?, ?, ?, ?)",
            [metric.id, metric.waits_for_cases, metric.aggregation == "count", metric.version],
        )
