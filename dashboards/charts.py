"""The charts of the page: a figure, a title that says what it shows, and the numbers behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from analytics.metrics.registry import registry
from dashboards import figures, wording
from dashboards.edition import Edition
from dashboards.judgement import absence
from dashboards.records import Kpi
from dashboards.sentences import judged, moved_since, shown
from dashboards.tables import Table
from dashboards.week_tables import costs_by_week, kpis_by_week, latency_parts

_HOLLOW = "Whiskers are 95% intervals, hollow points are provisional; the axis does not start at 0."


@dataclass(frozen=True)
class Chart:
    """One chart; without anything measured `figure` is None and `title` says so."""

    div_id: str
    title: str
    subtitle: str
    figure: go.Figure | None
    tables: Sequence[Table]
    weeks: str

    @property
    def alternative(self) -> str:
        """What a reader hears in place of the picture."""
        return f"Chart, {self.weeks}: {self.title} The table below holds its numbers."


def north_star_chart(edition: Edition) -> Chart:
    """Did the north star move, and is it real?"""
    kpis = edition.series("north_star")
    return Chart(
        "chart-north-star",
        _north_star_title(edition),
        f"Share of settled, decided cases, n = {wording.count(edition.total('north_star').n)}. {_HOLLOW}",
        figures.north_star_by_week(kpis, edition.target("north_star"), edition.min_n) if _measured(kpis) else None,
        [kpis_by_week(edition, "North star by week", ["north_star"])],
        _span(edition),
    )


def factors_chart(edition: Edition) -> Chart:
    """Handled less, or liked less?"""
    handled, positive = edition.series("handled_rate"), edition.series("neutral_to_positive_rate")
    return Chart(
        "chart-factors",
        _factors_title(edition),
        f"Handled: share of decided cases. Neutral-to-positive (NPS 7 or more): share of handled cases. {_HOLLOW}",
        figures.factors_by_week(handled, positive, edition.min_n) if _measured([*handled, *positive]) else None,
        [kpis_by_week(edition, "The two factors by week", ["handled_rate", "neutral_to_positive_rate"])],
        _span(edition),
    )


def ttft_chart(edition: Edition) -> Chart:
    """Did callers have to wait?"""
    median, p95 = edition.series("ttft_p50_ms"), edition.series("ttft_p95_ms")
    turns = wording.counted(registry()["ttft_p95_ms"], edition.total("ttft_p95_ms").n)
    targets = edition.target("ttft_p50_ms"), edition.target("ttft_p95_ms")
    return Chart(
        "chart-ttft",
        _ttft_title(edition),
        "End of the caller's turn to the first sound of the answer, through recognition, LLM, tools and speech; pooled"
        f" over {turns}; hollow points are provisional.",
        figures.ttft_by_week(median, p95, *targets, edition.min_n) if _measured(median) else None,
        [
            kpis_by_week(edition, "Time to first token by week", ["ttft_p50_ms", "ttft_p95_ms", "ttft_slo_share"]),
            latency_parts(edition, f"Parts of the wait in {wording.iso_week(edition.week)}"),
        ],
        _span(edition),
    )


def cost_chart(edition: Edition) -> Chart:
    """What did a minute cost?"""
    costs = [cost for cost in edition.publication.costs if cost.week in edition.weeks]
    components = figures.stacked_components(costs)
    return Chart(
        "chart-cost",
        _cost_title(edition),
        "US dollars per connected minute, a ratio of sums over priced calls: components stacked, total as a line; pale"
        " bars are provisional.",
        figures.cost_by_week(edition.weeks, costs, _provisional(edition)) if components else None,
        [costs_by_week(edition, "Cost per connected minute by week", components)],
        _span(edition),
    )


#: In the order in which a product manager asks: the north star first, the constraints that serve it after it.
CHARTS = (north_star_chart, factors_chart, ttft_chart, cost_chart)


def _north_star_title(edition: Edition) -> str:
    kpi = edition.total("north_star")
    if reason := absence(kpi, edition.min_n):
        return f"North star: {reason}."
    fired = f" Signal: {kpi.signal}." if kpi.signal else ""
    return f"North star: {_moved(edition, 'north_star')}.{fired}"


def _factors_title(edition: Edition) -> str:
    handled, positive = edition.change("handled_rate"), edition.change("neutral_to_positive_rate")
    if handled and positive and handled.movement == positive.movement == "unchanged inside the interval":
        steps = [wording.difference(step.delta, "share") for step in (handled, positive)]
        since = wording.short_week(handled.since.week)
        return f"Neither factor left its interval since {since}: handled {steps[0]}, neutral-to-positive {steps[1]}."
    now = [_moved(edition, metric) for metric in ("handled_rate", "neutral_to_positive_rate")]
    return f"Handled: {now[0]}. Neutral-to-positive: {now[1]}."


def _ttft_title(edition: Edition) -> str:
    if reason := absence(edition.total("ttft_p95_ms"), edition.min_n):
        return f"Time to first token: {reason}."
    usual = f"{shown(edition, 'ttft_p50_ms')}{judged(edition, 'ttft_p50_ms')}"
    slow = f"{shown(edition, 'ttft_p95_ms')}{judged(edition, 'ttft_p95_ms')}"
    return f"Callers usually wait {usual}, one time in twenty longer than {slow}."


def _cost_title(edition: Edition) -> str:
    if reason := absence(edition.total("cost_per_minute_usd"), edition.min_n):
        return f"Cost per connected minute: {reason}."
    return f"A connected minute cost {shown(edition, 'cost_per_minute_usd')}{judged(edition, 'cost_per_minute_usd')}."


def _moved(edition: Edition, metric: str) -> str:
    """The step since the previous final week, or the value where nothing can be compared."""
    step = edition.change(metric)
    return shown(edition, metric) if step is None else moved_since(step, metric)


def _provisional(edition: Edition) -> list[date]:
    return [week for week in edition.weeks if not edition.publication.is_final(week)]


def _measured(kpis: Sequence[Kpi]) -> bool:
    return any(kpi.value is not None for kpi in kpis)


def _span(edition: Edition) -> str:
    first, last = wording.iso_week(edition.weeks[0]), wording.iso_week(edition.weeks[-1])
    return first if first == last else f"{first} to {last}"
