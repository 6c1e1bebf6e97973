"""Reading the published file: locked down, read-only, and the few sentences that a run ends with."""

from datetime import date, datetime
from pathlib import Path

import duckdb
from msgspec import Struct

from analytics.engine import OFFLINE
from analytics.errors import NothingToPublish
from analytics.home import Home
from analytics.publish.warehouse import LINK

_CLOSED: dict[str, str | bool | int | float | list[str]] = {**OFFLINE, "enable_external_access": "false"}


class Published(Struct, frozen=True):
    """One published total of a metric."""

    week: date
    iso_week: str
    metric: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    status: str
    completeness: float | None
    estimator: str


def open_snapshot(home: Home, staged: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the published file (or to one that is about to be) that can reach nothing else.

    Raises:
        NothingToPublish: nothing was published yet.
    """
    file = staged or home.warehouse / LINK
    if not file.exists():
        msg = f"{file}: nothing is published yet; run `lodestar run`"
        raise NothingToPublish(msg)
    # resolved: within one process an open older file must not be taken for the new one behind the same name
    connection = duckdb.connect(str(file.resolve()), read_only=True, config=_CLOSED)
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set lock_configuration = true")
    return connection


def totals(home: Home, metrics: tuple[str, ...]) -> list[Published]:
    """Totals of some metrics for all weeks, oldest week first."""
    with open_snapshot(home) as connection:
        rows = connection.execute(
            "select week, iso_week, metric, value, ci_low, ci_high, n, status, completeness, estimator"
            " from mart.kpi_week where dimension = 'all' and metric in (select unnest($metrics::varchar[]))"
            " order by week, metric",
            {"metrics": list(metrics)},
        ).fetchall()
    return [Published(*row) for row in rows]


def closing_lines(home: Home, page: Path, as_of: datetime) -> list[str]:
    """What `lodestar run` prints: the last final week, its factors, the provisional weeks, the page."""
    stars = totals(home, ("north_star", "handled_rate", "neutral_to_positive_rate", "calls"))
    # a suppressed number does not say whether its week is final; the number of calls is never suppressed
    of_week = {(row.week, row.metric): row for row in stars}
    final = [row.week for row in stars if row.metric == "calls" and row.status == "final"]
    final = [week for week in final if (week, "north_star") in of_week]
    lines = []
    if final:
        week = final[-1]
        for label, metric in _LABELS.items():
            row = of_week[week, metric]
            lines.append(f"{label:<28}{row.iso_week}  {_shown(row)}")
    else:
        lines.append(f"no week is final at {as_of.isoformat()}")
    for row in stars:
        if row.metric == "north_star" and row.week not in final:
            share = f"{row.completeness or 0:.0%} of its cases have settled"
            lines.append(f"{'provisional':<28}{row.iso_week}  {_shown(row)}, {share}")
    return [*lines, f"{'page':<28}{page}"]


_LABELS = {
    "north star": "north_star",
    "  handled": "handled_rate",
    "  neutral-to-positive": "neutral_to_positive_rate",
}


def _shown(row: Published) -> str:
    if row.value is None or row.ci_low is None or row.ci_high is None:
        return f"not published (n = {row.n}, {row.status.replace('_', ' ')})"
    kind = row.status if row.estimator == "observed" else f"{row.status}, {row.estimator.replace('_', ' ')}"
    return f"{row.value:.1%} (95 % interval {row.ci_low:.1%} to {row.ci_high:.1%}, n = {row.n}, {kind})"
