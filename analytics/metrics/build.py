"""mart/*: what people read, rebuilt as a whole from core/* at one moment of judgement."""

from collections.abc import Sequence

import duckdb

from analytics.lake import named_in, select
from analytics.metrics.computed import COMPUTED, compute
from analytics.metrics.facts import GRAINS, Grain, add_rows, build_facts, by_weeks, newest_weeks, prepare
from analytics.metrics.limits import limit_rows
from analytics.metrics.registry import registry
from analytics.metrics.rollup import Period, rollup
from analytics.north_star.driver_rows import driver_rows
from analytics.north_star.estimates import estimate_rows
from analytics.north_star.evidence import read_evidence
from analytics.workspace import Workspace

_NORTH_STAR = ("north_star_estimates", "north_star_drivers")
_PERIODS: dict[str, Period] = {"kpi_week": "week", "kpi_day": "day", "latency_week": "week", "latency_day": "day"}
#: Marts whose weeks do not depend on each other, with the facts that they read.
_BY_WEEK: dict[str, tuple[Grain, ...]] = {
    "latency_budget": ("turn",),
    "cost_week": ("case", "turn", "call"),
    "cost_part_week": ("turn", "call"),
    "waste_week": ("turn", "call"),
}
#: Marts that read what other statements add up by weeks, with the facts that these read.
_STAGED: dict[str, tuple[tuple[Grain, ...], tuple[str, ...]]] = {
    "state_week": (("case", "turn", "call", "disconnect"), ("_state_counts", "_state_sources")),
    "tool_week": (("case", "tool_call"), ("_tool_counts", "_tool_errors", "_unhandled")),
}
#: Marts of the newest weeks as a whole.
_NEWEST: dict[str, tuple[tuple[Grain, ...], tuple[str, ...]]] = {
    "ttft_nps": (("case", "turn", "tool_call"), ("_case_waits",)),
    "frontier": (("case", "turn", "call"), ()),
    "listen_list": (("case", "turn", "call"), ()),
}
_NEWEST_WEEKS = 13
#: Marts that read core tables and the price book as they are: breaks in the series that are no news of the calls.
_DIRECT = ("price_changes", "labeler_changes")
#: Marts that read other marts.
MART_INPUTS: dict[str, tuple[str, ...]] = {
    "north_star_drivers": ("north_star_estimates",),
    "kpi_week": ("north_star_estimates",),
    "targets_week": ("kpi_week",),
}
#: In an order in which they can be built.
MART_TABLES = (*_NORTH_STAR, *_PERIODS, *_BY_WEEK, *_STAGED, *_NEWEST, *_DIRECT, *COMPUTED)


def build_mart(workspace: Workspace, table: str) -> int:
    """Replace mart/<table>; returns its number of rows."""
    with workspace.connection() as connection:
        prepare(workspace, connection)
        for name in MART_INPUTS.get(table, ()):
            workspace.lake.view(connection, f"mart/{name}")
        rows = _rows(workspace, connection, table)
        workspace.lake.replace(f"mart/{table}", rows)
        workspace.lake.view(connection, f"mart/{table}")
        return int(connection.execute(f"select count(*) from mart.{table}").fetchall()[0][0])


def _rows(workspace: Workspace, connection: duckdb.DuckDBPyConnection, table: str) -> duckdb.DuckDBPyRelation:
    if table in _BY_WEEK:
        for _ in by_weeks(workspace, connection, _BY_WEEK[table]):
            add_rows(connection, "_rows", select(connection, f"mart/{table}", workspace.parameters()))
        return connection.sql("select * from _rows order by all")
    if table in _NORTH_STAR:
        _estimate(workspace, connection, table)
    elif table in _PERIODS:
        _sum_periods(workspace, connection, table)
    elif table in _STAGED:
        grains, stages = _STAGED[table]
        for _ in by_weeks(workspace, connection, grains):
            _stage(workspace, connection, stages)
    elif table in _NEWEST:
        grains, stages = _NEWEST[table]
        build_facts(workspace, connection, grains, newest_weeks(workspace, connection, _NEWEST_WEEKS))
        _stage(workspace, connection, stages)
    elif table in COMPUTED:
        compute(workspace, connection, table)
    return select(connection, f"mart/{table}", workspace.parameters())


def _estimate(workspace: Workspace, connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Table `_estimates` of every estimator of the north star, or `_drivers` of every final week."""
    evidence, min_n = read_evidence(workspace, connection), workspace.settings.reporting.min_n
    if table == "north_star_estimates":
        connection.register("_estimates", estimate_rows(evidence, min_n))
    else:
        connection.register("_drivers", driver_rows(evidence, connection, min_n))


def _stage(workspace: Workspace, connection: duckdb.DuckDBPyConnection, statements: Sequence[str]) -> None:
    """Add the rows of `sql/mart/<name>.sql` to the table <name>."""
    for name in statements:
        add_rows(connection, name, select(connection, f"mart/{name}", workspace.parameters()))


def _sum_periods(workspace: Workspace, connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """The sums by period that `sql/mart/<table>.sql` reads."""
    period = _PERIODS[table]
    if table.startswith("latency"):
        for _ in by_weeks(workspace, connection, ("turn",)):
            connection.execute(
                f"create or replace temp view _period_turns as select *, {period} as period from _facts_turn"
            )
            _stage(workspace, connection, ("_latency",))
    else:
        _define(connection)
        for _ in by_weeks(workspace, connection, GRAINS):
            _rollups(workspace, connection, period)
    if table == "kpi_week":
        select(connection, "mart/_kpi_states", workspace.parameters()).to_table("_kpi_states")
        connection.register("_kpi_limits", limit_rows(connection, registry()))


def _define(connection: duckdb.DuckDBPyConnection) -> None:
    """Table `definitions`: what the publication needs to know of each metric."""
    connection.execute(
        "create temp table definitions (metric varchar, waits_for_cases boolean, counts boolean, version integer)"
    )
    for metric in registry().values():
        connection.execute(
            "insert into definitions values (?, ?, ?, ?)",
            [metric.id, metric.waits_for_cases, metric.aggregation == "count", metric.version],
        )


def _rollups(workspace: Workspace, connection: duckdb.DuckDBPyConnection, period: Period) -> None:
    """Add the periods of the present facts to table `rollups` of all metrics, and to `_weeks` or `_days`."""
    parameters = workspace.parameters()
    add_rows(connection, f"_{period}s", select(connection, f"mart/_{period}s", parameters))
    for metric in registry().values():
        text = rollup(metric, period)
        add_rows(connection, "rollups", connection.sql(text, params=named_in(text, parameters)))
