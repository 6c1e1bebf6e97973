"""What the page reads: rows of the published DuckDB file as plain records. Nothing else reaches the page."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from analytics.errors import NothingToPublish
from analytics.home import Home
from analytics.publish.snapshot import open_snapshot
from dashboards.call_records import Listened, Quoted, ToolCall, Turn
from dashboards.constraint_records import (
    BreakEven,
    BudgetPart,
    CallState,
    CostPart,
    PriceChange,
    Tool,
    TtftBand,
    Version,
    Waste,
)
from dashboards.meta_records import Books, Check, Column, LabelerChange, Quarantined, Run
from dashboards.published_rows import Source, published_tables, read_records, table
from dashboards.records import (
    Cost,
    Day,
    Driver,
    Estimate,
    Exclusion,
    Funnel,
    Judged,
    Kpi,
    Latency,
    LeftOut,
    Release,
    Revision,
)

#: Columns by which the north star is cut on the page, in the order in which a product manager asks.
SEGMENT_DIMENSIONS = ("use_case", "agent_version", "language", "channel")


@dataclass(frozen=True)
class Publication:
    """Everything that the pages are made of, as it was when the file was published; a missing part is empty."""

    kpis: list[Kpi]
    costs: list[Cost] = field(default_factory=list)
    latencies: list[Latency] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    books: list[Books] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    estimates: list[Estimate] = field(default_factory=list)
    labeler_changes: list[LabelerChange] = field(default_factory=list)
    drivers: list[Driver] = field(default_factory=list)
    budget: list[BudgetPart] = field(default_factory=list)
    tools: list[Tool] = field(default_factory=list)
    ttft_bands: list[TtftBand] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    break_even: list[BreakEven] = field(default_factory=list)
    call_states: list[CallState] = field(default_factory=list)
    waste: list[Waste] = field(default_factory=list)
    cost_parts: list[CostPart] = field(default_factory=list)
    price_changes: list[PriceChange] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    funnels: list[Funnel] = field(default_factory=list)
    listened: list[Listened] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    tool_calls: list[ToolCall] = field(default_factory=list)
    quotes: list[Quoted] = field(default_factory=list)
    dictionary: list[Column] = field(default_factory=list)
    tables: frozenset[str] = frozenset()

    @cached_property
    def weeks(self) -> list[date]:
        """Mondays with any total, oldest first."""
        return sorted({kpi.week for kpi in self.kpis if kpi.dimension == "all"})

    @cached_property
    def _totals(self) -> dict[tuple[date, str], Kpi]:
        return {(kpi.week, kpi.metric): kpi for kpi in self.kpis if kpi.dimension == "all"}

    @cached_property
    def _cuts(self) -> dict[tuple[date, str, str], list[Kpi]]:
        cuts: dict[tuple[date, str, str], list[Kpi]] = {}
        for kpi in self.kpis:
            cuts.setdefault((kpi.week, kpi.metric, kpi.dimension), []).append(kpi)
        return cuts

    def total(self, week: date, metric: str) -> Kpi:
        """The total of a metric; a row that does not exist comes back as one that was not measured."""
        return self._totals.get((week, metric)) or Kpi(week, metric)

    def segments(self, week: date, metric: str, dimension: str) -> list[Kpi]:
        """The metric cut by one dimension, the largest segment first."""
        return sorted(self._cuts.get((week, metric, dimension), []), key=lambda kpi: (-kpi.n, kpi.segment))

    def segment(self, week: date, metric: str, dimension: str, segment: str) -> Kpi:
        """One segment of a metric; a row that does not exist comes back as one that was not measured."""
        found = [kpi for kpi in self._cuts.get((week, metric, dimension), []) if kpi.segment == segment]
        return found[0] if found else Kpi(week, metric, dimension, segment)

    @cached_property
    def labeler_versions(self) -> dict[date, str]:
        """The labeler version that judged each week; a week that none judged is missing."""
        return {one.week: one.labeler_version for one in self.estimates if one.labeler_version is not None}

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
        return week in self._final_weeks

    @cached_property
    def _final_weeks(self) -> set[date]:
        return {monday for (monday, _), kpi in self._totals.items() if kpi.status == "final"}

    def is_published(self, week: date) -> bool:
        """Whether the week's north star has a number."""
        return self.total(week, "north_star").value is not None


def read_publication(home: Home, staged: Path | None = None) -> Publication:
    """Read the published file, or one that is about to be published.

    Raises:
        NothingToPublish: there is no published file, or no week in it.
    """
    with open_snapshot(home, staged) as connection:
        found = {name: read_records(connection, record, source) for name, (record, source) in _SOURCES.items()}
        tables = frozenset(published_tables(connection))
    publication = Publication(**found, tables=tables)
    if not publication.weeks:
        msg = f"{home.warehouse}: the published file holds no week yet; land calls and run `lodestar run`"
        raise NothingToPublish(msg)
    return publication


def weeks_between(first: date, last: date) -> list[date]:
    """Every Monday from `first` to `last`, weeks without calls included."""
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]


def _of_listened(name: str, order: str, condition: str = "true") -> Source:
    """Rows of the picked calls only."""
    picked = f"call_id in (select call_id from mart.listen_list) and {condition}"
    return Source(f"(select * from {name} where {picked})", (name, "mart.listen_list"), order)


_SEGMENTED = ", ".join(f"'{dimension}'" for dimension in SEGMENT_DIMENSIONS)
#: Metrics that the page cuts by segment.
_CUT = "'north_star', 'handled_rate', 'neutral_to_positive_rate', 'cost_per_minute_usd'"
#: Eligible cases of each week on their way into the north star.
FUNNELS = Source(
    "(select week, count(*) as opened, count(*) filter (settled) as settled,"
    " count(*) filter (settled and decided) as decided,"
    " count(*) filter (settled and decided and handled) as handled,"
    " count(*) filter (settled and decided and handled and nps_source = 'survey') as surveyed,"
    " count(*) filter (settled and decided and handled_positive) as handled_positive"
    " from core.cases where eligible group by week)",
    ("core.cases",),
)
_SOURCES: dict[str, tuple[type, Source]] = {
    "kpis": (
        Kpi,
        table(
            "mart.kpi_week",
            f"dimension = 'all' or (metric in ({_CUT}) and dimension in ({_SEGMENTED}))",
            "week, metric, dimension, segment",
        ),
    ),
    "costs": (Cost, table("mart.cost_week", order="week, component")),
    "latencies": (Latency, table("mart.latency_week", "dimension = 'all'", "week, component")),
    "exclusions": (
        Exclusion,
        Source(
            "(select week, ineligible_reason, count(*) as calls from core.calls where not eligible group by all)",
            ("core.calls",),
            "week, calls desc, ineligible_reason",
        ),
    ),
    "left_out": (
        LeftOut,
        Source(
            "(select calls.week, count(*) as calls from core.labels join core.calls using (call_id)"
            " where is_current and status = 'skipped_budget' group by all)",
            ("core.labels", "core.calls"),
            "week",
        ),
    ),
    "judged": (
        Judged,
        Source(
            "(select cases.week, labeler, model, labeler_version, count(*) filter (nps_source = 'survey') as surveyed,"
            " count(*) filter (nps_source = 'inferred') as inferred from core.cases"
            " join (select distinct labeler, model, labeler_version from core.labels where is_current)"
            " using (labeler_version) where cases.decided group by all)",
            ("core.cases", "core.labels"),
            "week, labeler_version",
        ),
    ),
    "runs": (Run, table("meta.runs", order="started_at")),
    "checks": (Check, table("meta.checks", order="check_name")),
    "books": (
        Books,
        Source(
            "(select status, count(*) as files, sum(rows_in) as rows_in, sum(rows_loaded) as rows_loaded,"
            " sum(rows_quarantined) as rows_quarantined, sum(rows_superseded) as rows_superseded"
            " from meta.files group by status)",
            ("meta.files",),
            "status",
        ),
    ),
    "quarantined": (
        Quarantined,
        Source(
            "(select code, count(*) filter (resolved is not true) as open_lines,"
            " count(*) filter (resolved) as resolved_lines from meta.quarantine group by code)",
            ("meta.quarantine",),
            "open_lines desc, code",
        ),
    ),
    "estimates": (Estimate, table("mart.north_star_estimates", "dimension = 'all'")),
    "labeler_changes": (LabelerChange, table("mart.labeler_changes", order="changed_at, labeler_version, question")),
    "drivers": (Driver, table("mart.north_star_drivers", "dimension <> 'all'")),
    "budget": (BudgetPart, table("mart.latency_budget")),
    "tools": (
        Tool,
        table("mart.tool_week", order="week, interface = 'all' desc, interface, tool = 'all' desc, calls desc, tool"),
    ),
    "ttft_bands": (TtftBand, table("mart.ttft_nps", order="low_ms")),
    "versions": (Version, table("mart.frontier", order="agent_version, model")),
    "break_even": (BreakEven, table("mart.break_even", order="minutes_per_year, option <> 'self_hosted', option")),
    "call_states": (CallState, table("mart.state_week", order="week, measure, kind <> 'all', kind")),
    "waste": (Waste, table("mart.waste_week", order="week, cost_usd desc, reason")),
    "cost_parts": (CostPart, table("mart.cost_part_week", order="week, cost_usd desc nulls last, component, unit")),
    "price_changes": (PriceChange, table("mart.price_changes", order="valid_from, component, unit, model")),
    "revisions": (
        Revision,
        table("mart.kpi_revisions", "dimension = 'all'", "new_as_of desc, week desc, metric"),
    ),
    "releases": (
        Release,
        Source(
            "(select min(week) as week, agent_version, any_value(share order by week) as share from"
            " (select week, agent_version, count(*) / sum(count(*)) over (partition by week) as share"
            " from core.calls where eligible group by week, agent_version)"
            " where share >= 0.01 and agent_version is not null group by agent_version"
            " having min(week) > (select min(week) from core.calls))",
            ("core.calls",),
        ),
    ),
    "days": (
        Day,
        Source(
            "(select day, metric, numerator, denominator from mart.kpi_day where dimension = 'all'"
            " and metric in ('north_star', 'handled_rate', 'neutral_to_positive_rate') and denominator > 0"
            " and week in (select week from mart.kpi_week where dimension = 'all' and status = 'final'))",
            ("mart.kpi_day",),
        ),
    ),
    "funnels": (Funnel, FUNNELS),
    "listened": (
        Listened,
        Source(
            "(select listened.*, calls.source, calls.source_call_id, turns.start_ms from mart.listen_list listened"
            " join core.calls calls using (call_id)"
            " left join core.turns turns on turns.call_id = listened.call_id and turns.seq = listened.turn_seq)",
            ("mart.listen_list", "core.calls", "core.turns"),
            "week, rank",
        ),
    ),
    "turns": (Turn, _of_listened("core.turns", "call_id, seq")),
    "tool_calls": (ToolCall, _of_listened("core.tool_calls", "call_id, turn_seq, tool_call_id")),
    "quotes": (Quoted, _of_listened("core.labels", "call_id", "is_current")),
    "dictionary": (Column, table("meta.dictionary", order="table_name, column_name nulls first")),
}
