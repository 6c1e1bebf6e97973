"""mart/*: what people read, rebuilt as a whole from core/* at one moment of judgement."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

from analytics.lake import named_in, select
from analytics.metrics.limits import limit_rows
from analytics.metrics.registry import registry
from analytics.metrics.rollup import Period, rollup
from analytics.north_star.driver_rows import driver_rows
from analytics.north_star.estimates import estimate_rows
from analytics.north_star.evidence import read_evidence
from analytics.shipped import sql
from analytics.workspace import Workspace

#: In the order in which they can be built.
MART_TABLES = (
    "north_star_estimates",
    "north_star_drivers",
    "kpi_week",
    "kpi_day",
    "latency_week",
    "cost_week",
)
#: Marts that another mart is made of.
MART_INPUTS = {"north_star_drivers": ("north_star_estimates",), "kpi_week": ("north_star_estimates",)}
_CORE_INPUTS = (
    *("calls", "case_calls", "turns", "tool_calls", "events", "cost_items", "labels", "surveys", "human_labels"),
    "cases",
)
#: Fact tables, in the order in which they build on each other, and those that a mart needs if not all.
_FACTS = ("case", "turn", "call", "tool_call", "disconnect", "spend")
_NEEDED = {
    "north_star_estimates": ("case", "turn", "call"),
    "north_star_drivers": ("case", "turn", "call"),
    "latency_week": ("turn",),
    "cost_week": ("turn", "call"),
}


def build_mart(workspace: Workspace, table: str) -> int:
    """Replace mart/<table>; returns its number of rows."""
    with _facts(workspace, _NEEDED.get(table, _FACTS)) as connection:
        for name in MART_INPUTS.get(table, ()):
            workspace.lake.view(connection, f"mart/{name}")
        if table in _PREPARED:
            _PREPARED[table](connection, workspace)
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


def _prepare_estimates(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    """Table `_estimates` of every estimator of the north star."""
    select(connection, "mart/_weeks", workspace.parameters()).to_table("_weeks")
    rows = estimate_rows(read_evidence(workspace, connection), workspace.settings.reporting.min_n)
    connection.register("_estimates", rows)


def _prepare_drivers(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    """Table `_drivers` of every final week."""
    select(connection, "mart/_weeks", workspace.parameters()).to_table("_weeks")
    evidence = read_evidence(workspace, connection)
    connection.register("_drivers", driver_rows(evidence, connection, workspace.settings.reporting.min_n))


def _prepare_weeks(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    """Tables `_kpi_states` and `_kpi_limits` of every metric."""
    _rollups(connection, workspace, "week")
    select(connection, "mart/_kpi_states", workspace.parameters()).to_table("_kpi_states")
    connection.register("_kpi_limits", limit_rows(connection, registry()))


def _prepare_days(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    _rollups(connection, workspace, "day")


#: What a mart needs on its connection before its SQL can run.
_PREPARED: dict[str, Callable[[duckdb.DuckDBPyConnection, Workspace], None]] = {
    "north_star_estimates": _prepare_estimates,
    "north_star_drivers": _prepare_drivers,
    "kpi_week": _prepare_weeks,
    "kpi_day": _prepare_days,
}
