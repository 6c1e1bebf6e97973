"""Rows of marts that are computed in Python, as tables that `sql/mart/<mart>.sql` reads."""

from collections.abc import Callable, Iterable, Mapping

import duckdb
import pyarrow as pa

from analytics.lake import select
from analytics.metrics.facts import build_facts, newest_weeks
from analytics.metrics.judgement import judge
from analytics.metrics.registry import registry
from analytics.metrics.what_if import TokenPrices, break_even_rows, input_rows
from analytics.sections import Target
from analytics.workspace import Workspace

#: Weeks of calls that the what-if looks at.
_WEEKS = 13
Rows = Iterable[Mapping[str, object]]


def break_even(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> Rows:
    """The volumes and options of mart.break_even."""
    settings = workspace.settings.what_if
    return break_even_rows(settings, _measured(workspace, connection), _models(workspace, connection))


def break_even_inputs(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> Rows:
    """The inputs behind mart.break_even."""
    return input_rows(workspace.settings.what_if, _measured(workspace, connection))


def targets_week(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> Rows:
    """Every published total that has a target, judged."""
    workspace.lake.view(connection, "mart/kpi_week")
    targets = {metric.id: _target(workspace, metric.target) for metric in registry().values() if metric.target}
    published = connection.execute(
        "select week, iso_week, metric, value, ci_low, ci_high, status from mart.kpi_week"
        " where dimension = 'all' and list_contains($metrics, metric)",
        {"metrics": [name for name, target in targets.items() if target]},
    )
    for week, iso_week, name, value, low, high, status in published.fetchall():
        metric, target = registry()[name], targets[name]
        if target is not None:
            yield {
                "week": week,
                "iso_week": iso_week,
                "metric": name,
                "value": value,
                "ci_low": low,
                "ci_high": high,
                "status": status,
                "direction": metric.direction,
                "target": target.value,
                "source": target.source,
                "judgement": judge(value, low, high, metric.direction, target.value),
            }


COMPUTED: dict[str, Callable[[Workspace, duckdb.DuckDBPyConnection], Rows]] = {
    "break_even": break_even,
    "break_even_inputs": break_even_inputs,
    "targets_week": targets_week,
}
_SCHEMAS = {
    "break_even": {
        "minutes_per_year": pa.float64(),
        "is_today": pa.bool_(),
        "option": pa.string(),
        "usd_per_minute": pa.float64(),
        "usd_per_minute_low": pa.float64(),
        "usd_per_minute_high": pa.float64(),
        "usd_per_year": pa.float64(),
        "gpus": pa.int64(),
        "break_even_minutes": pa.float64(),
        "break_even_minutes_low": pa.float64(),
        "break_even_minutes_high": pa.float64(),
    },
    "break_even_inputs": {
        "input": pa.string(),
        "value": pa.float64(),
        "low": pa.float64(),
        "high": pa.float64(),
        "basis": pa.string(),
        "source": pa.string(),
    },
    "targets_week": {
        "week": pa.date32(),
        "iso_week": pa.string(),
        "metric": pa.string(),
        "value": pa.float64(),
        "ci_low": pa.float64(),
        "ci_high": pa.float64(),
        "status": pa.string(),
        "direction": pa.string(),
        "target": pa.float64(),
        "source": pa.string(),
        "judgement": pa.string(),
    },
}


def compute(workspace: Workspace, connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make the rows of a computed mart readable as `_<mart>`."""
    rows = list(COMPUTED[table](workspace, connection))
    connection.register(f"_{table}", pa.Table.from_pylist(rows, schema=pa.schema(_SCHEMAS[table])))


def _measured(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> dict[str, float | None]:
    """Inputs of the what-if as the newest complete weeks show them; None where nothing shows one."""
    weeks = newest_weeks(workspace, connection, _WEEKS)
    build_facts(workspace, connection, ("turn", "call"), weeks)
    measured = select(connection, "mart/_what_if_measured", workspace.parameters())
    return dict(zip(measured.columns, measured.fetchall()[0], strict=True))


def _models(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> dict[str, TokenPrices]:
    """Prices of every language model that the price book knows at the clock."""
    models = select(connection, "mart/_what_if_models", workspace.parameters()).fetchall()
    return {name: TokenPrices(*prices) for name, *prices in models}


def _target(workspace: Workspace, name: str | None) -> Target | None:
    return getattr(workspace.settings.targets, name) if name else None
