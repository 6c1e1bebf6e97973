"""The charts of the north star, its two factors and the time to first token."""

from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from analytics.sections import Target
from dashboards.figures.canvas import ticks
from dashboards.figures.events import Event, add_events, ring_signals
from dashboards.figures.labels import add_target
from dashboards.figures.lines import lines_by_week
from dashboards.figures.series import Line, on_axis, weeks_of
from dashboards.figures.theme import BLUE, GREY, VERMILLION
from dashboards.records import Kpi

_TWO_PANELS_PX = 460


def north_star_by_week(
    kpis: Sequence[Kpi], target: Target | None, min_n: int, events: Sequence[Event] = ()
) -> go.Figure:
    """The share of cases handled with neutral-to-positive NPS, with intervals, limits, target, signals and events."""
    figure = lines_by_week([Line("North star", kpis)], "share", "share of settled, decided cases (%)", min_n)
    _add_limits(figure, kpis)
    add_target(figure, target, "share", "target")
    ring_signals(figure, kpis)
    add_events(figure, events, [kpi.week for kpi in kpis])
    return figure


def factors_by_week(handled: Sequence[Kpi], positive: Sequence[Kpi], min_n: int) -> go.Figure:
    """The two rates whose product the north star is, each on its own axis: their levels are far apart."""
    lines = [Line("Handled", handled), Line("Neutral-to-positive", positive, VERMILLION, "square", "dash", "y2")]
    figure = lines_by_week(lines, "share", "of decided cases (%)", min_n)
    below = {"domain": [0, 0.44], "anchor": "x", "title": {"text": "of handled cases (%)"}, **ticks("share")}
    figure.update_layout(height=_TWO_PANELS_PX, yaxis={"domain": [0.56, 1]}, yaxis2=below, xaxis={"anchor": "y2"})
    return figure


def ttft_by_week(
    median: Sequence[Kpi],
    p95: Sequence[Kpi],
    median_target: Target | None,
    p95_target: Target | None,
    min_n: int,
    events: Sequence[Event] = (),
) -> go.Figure:
    """How long callers waited for the first sound: the usual wait and the slowest of twenty."""
    lines = [Line("p50", median), Line("p95", p95, VERMILLION, "square", "dash")]
    figure = lines_by_week(lines, "ms", "time to first token (ms)", min_n)
    add_target(figure, median_target, "ms", "target p50", BLUE)
    add_target(figure, p95_target, "ms", "target p95", VERMILLION)
    add_events(figure, events, [kpi.week for kpi in median])
    return figure.update_yaxes(rangemode="tozero")


def _add_limits(figure: go.Figure, kpis: Sequence[Kpi]) -> None:
    """Process limits as steps, since they vary with n; nothing where none are published."""
    if all(kpi.limit_low is None and kpi.limit_high is None for kpi in kpis):
        return
    sides: list[tuple[str, Callable[[Kpi], float | None], str]] = [
        ("upper limit", lambda kpi: kpi.limit_high, "dash"),
        ("centre", lambda kpi: kpi.centre, "solid"),
        ("lower limit", lambda kpi: kpi.limit_low, "dash"),
    ]
    for name, side, dash in sides:
        figure.add_scatter(
            name=name,
            x=weeks_of(kpis),
            y=on_axis(kpis, "share", side),
            mode="lines",
            line={"color": GREY, "width": 1.5, "dash": dash, "shape": "hvh"},
            hoverinfo="skip",
        )
