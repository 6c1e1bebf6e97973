"""The rows behind a page as CSV and Parquet files beside it: exactly the rows of the published tables that it shows."""

from collections.abc import Collection
from pathlib import Path

import duckdb
from pyarrow import parquet

from analytics.publish.export import csv_bytes
from analytics.publish.questions import questions
from dashboards.edition import Edition
from dashboards.publication import FUNNELS
from dashboards.published_rows import Source, published_tables, table

#: Which rows of each published table a page stands on; $first and $last are the first and last week of its charts.
_ROWS = {
    "kpi_week": "week = $week or (dimension = 'all' and week between $first and $last)",
    "kpi_day": "dimension = 'all' and week <= $week"
    " and metric in ('north_star', 'handled_rate', 'neutral_to_positive_rate')",
    "kpi_revisions": "week between $first and $last",
    "north_star_drivers": "week = $week",
    "north_star_estimates": "week between $first and $last",
    "labeler_changes": "true",
    "latency_week": "week = $week",
    "latency_budget": "week = $week",
    "ttft_nps": "true",
    "cost_week": "week between $first and $last",
    "cost_part_week": "week = $week",
    "waste_week": "week between $first and $last",
    "price_changes": "week between $first and $last",
    "frontier": "true",
    "break_even": "true",
    "tool_week": "week = $week",
    "state_week": "week between $first and $last",
    "listen_list": "week = $week",
}
VIEWS = {name: table(f"mart.{name}", rows) for name, rows in _ROWS.items()} | {
    "way_into_the_number": Source(f"(from {FUNNELS.rows} where week = $week)", FUNNELS.tables)
}
#: Tables of the quality page.
QUALITY_VIEWS = ("checks", "files", "quarantine", "runs")


def available(tables: Collection[str]) -> frozenset[str]:
    """Names of the downloads that a file with these tables has rows for."""
    return frozenset(name for name, source in VIEWS.items() if set(source.tables) <= set(tables))


def write_downloads(connection: duckdb.DuckDBPyConnection, edition: Edition, folder: Path) -> list[Path]:
    """Write the downloads of one page into a folder of its own; returns the files."""
    bounds = {"week": edition.week, "first": edition.long_weeks[0], "last": edition.through}
    files = []
    for name in sorted(available(published_tables(connection))):
        statement = f"from {VIEWS[name].rows} order by all"
        used = {key: value for key, value in bounds.items() if f"${key}" in statement}
        files += write_rows(connection, statement, used, folder / name)
    return files


def write_quality_downloads(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """Write the tables of the quality page; returns the files."""
    present = [name for name in QUALITY_VIEWS if f"meta.{name}" in published_tables(connection)]
    files = [file for name in present for file in write_rows(connection, f"from meta.{name}", {}, folder / name)]
    excluded = "why_calls_do_not_count"
    return [*files, *write_rows(connection, questions()[excluded].sql, {}, folder / excluded)]


def write_rows(
    connection: duckdb.DuckDBPyConnection, statement: str, parameters: dict[str, object], stem: Path
) -> list[Path]:
    """The rows of a statement as `<stem>.csv` and `<stem>.parquet`."""
    rows = connection.sql(statement, params=parameters).to_arrow_table()
    stem.parent.mkdir(parents=True, exist_ok=True)
    comma, columnar = stem.with_suffix(".csv"), stem.with_suffix(".parquet")
    comma.write_bytes(csv_bytes(rows))
    parquet.write_table(rows, columnar)
    return [comma, columnar]
