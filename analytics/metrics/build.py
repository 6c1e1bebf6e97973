"""mart/*: what people read, rebuilt as a whole from core/* at one moment of judgement."""

from collections.abc import Sequence

import duckdb

from analytics.lake import named_in, select
from analytics.metrics.computed import COMPUTED, compute
from analytics.metrics.facts import GRAINS, Grain, build_facts, by_weeks, newest_weeks, prepare
from analytics.metrics.registry import registry
from analytics.metrics.rollup import Period, rollup
from analytics.workspace import Workspace

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
#: Marts that read core tables and the price book as they are.
_DIRECT = ("price_changes",)
#: Marts that read other marts.
MART_INPUTS: dict[str, tuple[str, ...]] = {"targets_week": ("kpi_week",)}
MART_TABLES = (*_PERIODS, *_BY_WEEK, *_STAGED, *_NEWEST, *_DIRECT, *COMPUTED)


def build_mart(workspace: Workspace, table: str) -> int:
    """Replace mart/<table>; returns its number of rows."""
    with workspace.connection() as connection:
        prepare(workspace, connection)
        rows = _rows(workspace, connection, table)
        workspace.lake.replace(f"mart/{table}", rows)
        workspace.lake.view(connection, f"mart/{table}")
        return int(connection.execute(f"select count(*) from mart.{table}").fetchall()[0][0])


def _rows(workspace: Workspace, connection: duckdb.DuckDBPyConnection, table: str) -> duckdb.DuckDBPyRelation:
    if table in _BY_WEEK:
        for _ in by_weeks(workspace, connection, _BY_WEEK[table]):
            _add(connection, "_rows", select(connection, f"mart/{table}", workspace.parameters()))
        return connection.sql("select * from _rows order by all")
    if table in _PERIODS:
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


def _stage(workspace: Workspace, connection: duckdb.DuckDBPyConnection, statements: Sequence[str]) -> None:
    """Add the rows of `sql/mart/<name>.sql` to the table <name>."""
    for name in statements:
        _add(connection, name, select(connection, f"mart/{name}", workspace.parameters()))


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
    _add(connection, f"_{period}s", select(connection, f"mart/_{period}s", parameters))
    for metric in registry().values():
        text = rollup(metric, period)
        _add(connection, "rollups", connection.sql(text, params=named_in(text, parameters)))


def _add(connection: duckdb.DuckDBPyConnection, table: str, rows: duckdb.DuckDBPyRelation) -> None:
    """Append rows to a temporary table, which the first ones create."""
    known = connection.execute("select 1 from duckdb_tables() where table_name = ?", [table]).fetchall()
    if known:
        rows.query("added", f"insert into {table} by name select * from added")
    else:
        rows.to_table(table)
