"""The numbers behind the charts: one row per week."""

from collections.abc import Sequence
from datetime import date

from analytics.metrics.registry import registry
from dashboards import wording
from dashboards.edition import Edition
from dashboards.records import Cost, Kpi, Latency
from dashboards.tables import NO_VALUE, Cell, Row, Table, exact, interval_cell, status_in_words, value_cell


def kpis_by_week(edition: Edition, caption: str, metrics: Sequence[str], weeks: Sequence[date] | None = None) -> Table:
    """Each metric with its interval, then n, coverage and status of the first."""
    columns = ["Week"]
    for metric in metrics:
        columns += [registry()[metric].label, "95% interval"] if _has_interval(metric) else [registry()[metric].label]
    series = zip(*(edition.series(metric, weeks) for metric in metrics), strict=True)
    rows = [_kpi_row(edition, kpis) for kpis in series]
    return Table(caption, [*columns, "n", "Coverage", "Status"], rows, view="kpi_week")


def costs_by_week(edition: Edition, caption: str, components: Sequence[str]) -> Table:
    """The total per connected minute, its components, the minutes and their priced share."""
    costs = {(cost.week, cost.component): cost for cost in edition.publication.costs}
    published = {cost.week for cost in published_costs(edition)}
    rows = [
        _cost_row(week, [costs.get((week, name)) for name in ("all", *components)], is_published=week in published)
        for week in edition.weeks
    ]
    columns = ["Week", "Total", *components, "Minutes", "Priced share"]
    note = "US dollars per connected minute; minutes are those of fully priced calls."
    return Table(caption, columns, rows, note, view="cost_week")


def published_costs(edition: Edition) -> list[Cost]:
    """Costs of the weeks shown whose cost per minute is published: a suppressed total has no parts either."""
    known = {kpi.week for kpi in edition.series("cost_per_minute_usd") if kpi.value is not None}
    return [cost for cost in edition.publication.costs if cost.week in known]


def latency_parts(edition: Edition, caption: str) -> Table:
    """What the wait is made of in the headline week."""
    rows = [_latency_row(latency) for latency in edition.publication.latencies if latency.week == edition.week]
    note = "Percentiles of the parts do not add up to those of the whole."
    columns = ["Part", "p50", "p95", "n", "Coverage"]
    return Table(caption, columns, rows, note, view="latency_week", fields=("p50_ms", "p95_ms"))


def _kpi_row(edition: Edition, kpis: Sequence[Kpi]) -> Row:
    cells: list[Cell] = []
    for kpi in kpis:
        value = value_cell(kpi, edition.min_n)
        cells += [value, interval_cell(kpi)] if _has_interval(kpi.metric) else [value]
    first = kpis[0]
    cells += [Cell(wording.count(first.n)), Cell(wording.share(first.coverage)), Cell(status_in_words(first))]
    return Row(wording.iso_week(first.week), cells, is_provisional=first.status == "provisional")


def _cost_row(week: date, costs: Sequence[Cost | None], *, is_published: bool) -> Row:
    total = costs[0]
    minutes = NO_VALUE if total is None or total.minutes is None else wording.amount(float(total.minutes), "count")
    priced = wording.share(total.priced_share if total else None)
    cells = [_cost_cell(week, cost) if is_published else Cell("not published") for cost in costs]
    return Row(wording.iso_week(week), [*cells, Cell(minutes), Cell(priced)])


def _cost_cell(week: date, cost: Cost | None) -> Cell:
    if cost is None or cost.cost_per_minute_usd is None:
        return Cell("not measured")
    data = {"component": cost.component, "week": wording.iso_week(week), "value": exact(cost.cost_per_minute_usd)}
    return Cell(wording.usd(cost.cost_per_minute_usd), data)


def _latency_row(latency: Latency) -> Row:
    ends = [latency.p50_ms, latency.p95_ms]
    cells = [Cell("not measured" if end is None else wording.amount(end, "ms"), {"value": exact(end)}) for end in ends]
    return Row(
        wording.part_name(latency.component),
        [*cells, Cell(wording.count(latency.n)), Cell(wording.share(latency.coverage))],
    )


def _has_interval(metric: str) -> bool:
    return registry()[metric].interval != "none"
