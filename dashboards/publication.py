"""What the page reads: rows of the published DuckDB file as plain records. Nothing else reaches the page."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from analytics.errors import NothingToPublish
from analytics.home import Home
from analytics.publish.snapshot import open_snapshot
from dashboards.records import Books, Check, Cost, Exclusion, Judged, Kpi, Latency, Quarantined, Run

#: Columns by which the north star is cut on the page, in the order in which a product manager asks.
SEGMENT_DIMENSIONS = ("use_case", "agent_version", "language", "channel")


@dataclass(frozen=True)
class Publication:
    """Everything that the pages are made of, as it was when the file was published."""

    kpis: list[Kpi]
    costs: list[Cost]
    latencies: list[Latency]
    exclusions: list[Exclusion]
    judged: list[Judged]
    runs: list[Run]
    checks: list[Check]
    books: list[Books]
    quarantined: list[Quarantined]

    @cached_property
    def weeks(self) -> list[date]:
        """Mondays with any total, oldest first."""
        return sorted({kpi.week for kpi in self.kpis if kpi.dimension == "all"})

    @cached_property
    def _totals(self) -> dict[tuple[date, str], Kpi]:
        return {(kpi.week, kpi.metric): kpi for kpi in self.kpis if kpi.dimension == "all"}

    def total(self, week: date, metric: str) -> Kpi:
        """The total of a metric; a row that does not exist comes back as one that was not measured."""
        return self._totals.get((week, metric)) or Kpi(week, metric)

    def segments(self, week: date, metric: str, dimension: str) -> list[Kpi]:
        """The metric cut by one dimension, the largest segment first."""
        rows = [kpi for kpi in self.kpis if (kpi.week, kpi.metric, kpi.dimension) == (week, metric, dimension)]
        return sorted(rows, key=lambda kpi: (-kpi.n, kpi.segment))

    @cached_property
    def as_of(self) -> datetime:
        """The moment of judgement of the newest number."""
        return max(kpi.as_of for kpi in self.kpis if kpi.as_of is not None)

    @property
    def newest_run(self) -> Run | None:
        """The run that published the file."""
        return self.runs[-1] if self.runs else None

    def is_final(self, week: date) -> bool:
        """Whether the week was judged for the last time: a suppressed number does not say it, others of its week do."""
        return any(kpi.status == "final" for (monday, _), kpi in self._totals.items() if monday == week)

    def is_published(self, week: date) -> bool:
        """Whether the week's north star has a number."""
        return self.total(week, "north_star").value is not None


def read_publication(home: Home, staged: Path | None = None) -> Publication:
    """Read the published file, or one that is about to be published.

    Raises:
        NothingToPublish: there is no published file, or no week in it.
    """
    with open_snapshot(home, staged) as connection:
        publication = Publication(*(_records(connection, record, source) for record, source in _SOURCES))
    if not publication.weeks:
        msg = f"{home.warehouse}: the published file holds no week yet; land calls and run `lodestar run`"
        raise NothingToPublish(msg)
    return publication


def weeks_between(first: date, last: date) -> list[date]:
    """Every Monday from `first` to `last`, weeks without calls included."""
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]


_SEGMENTED = ", ".join(f"'{dimension}'" for dimension in SEGMENT_DIMENSIONS)
_SOURCES: tuple[tuple[type, str], ...] = (
    (
        Kpi,
        f"mart.kpi_week where dimension = 'all' or (metric = 'north_star' and dimension in ({_SEGMENTED}))"
        " order by week, metric, dimension, segment",
    ),
    (Cost, "mart.cost_week order by week, component"),
    (Latency, "mart.latency_week where dimension = 'all' order by week, component"),
    (
        Exclusion,
        "(select week, ineligible_reason, count(*) as calls from core.calls where not eligible group by all)"
        " order by week, calls desc, ineligible_reason",
    ),
    (
        Judged,
        "(select cases.week, labeler, model, labeler_version, count(*) filter (nps_source = 'survey') as surveyed,"
        " count(*) filter (nps_source = 'inferred') as inferred from core.cases"
        " join (select distinct labeler, model, labeler_version from core.labels where is_current)"
        " using (labeler_version)"
        " where cases.decided group by all) order by week, labeler_version",
    ),
    (Run, "meta.runs order by started_at"),
    (Check, "meta.checks order by check_name"),
    (
        Books,
        "(select status, count(*) as files, sum(rows_in) as rows_in, sum(rows_loaded) as rows_loaded,"
        " sum(rows_quarantined) as rows_quarantined, sum(rows_superseded) as rows_superseded"
        " from meta.files group by status) order by status",
    ),
    (
        Quarantined,
        "(select code, count(*) filter (resolved is not true) as open_lines,"
        " count(*) filter (resolved) as resolved_lines from meta.quarantine group by code)"
        " order by open_lines desc, code",
    ),
)


def _records(connection: duckdb.DuckDBPyConnection, record: type, source: str) -> list[Any]:
    columns = ", ".join(field.name for field in fields(record))
    return [record(*row) for row in connection.execute(f"select {columns} from {source}").fetchall()]
