"""What a minute buys: cost against quality by version, and the volume from which an own model pays."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards.figures.theme import BLUE, GREY, HOUSE, INK, PURPLE, VERMILLION, plain
from dashboards.records import BreakEven, Kpi
from dashboards.wording import amount, usd

_HEIGHT_PX = 320
_LOOKS = ((BLUE, "solid"), (VERMILLION, "dash"), (PURPLE, "dot"), (GREY, "dashdot"))


def frontier(points: Sequence[tuple[Kpi, Kpi]]) -> go.Figure:
    """One point per version: cost per minute against north star, with both intervals."""
    figure = go.Figure(layout={"template": HOUSE, "height": _HEIGHT_PX, "showlegend": False, "margin": {"r": 24}})
    costs, stars = [cost for cost, _ in points], [star for _, star in points]
    figure.add_scatter(
        x=[cost.value for cost in costs],
        y=[100 * (star.value or 0.0) for star in stars],
        error_x=_whiskers(costs, 1),
        error_y=_whiskers(stars, 100),
        mode="markers+text",
        text=[plain(star.segment) for star in stars],
        textposition="top right",
        marker={"size": 10, "color": BLUE},
        hovertext=[
            f"<b>{plain(star.segment)}</b><br>{usd(cost.value or 0)} a minute<br>{amount(star.value or 0.0, 'share')}"
            for cost, star in points
        ],
        hoverinfo="text",
    )
    figure.update_xaxes(title_text="US dollars per connected minute", tickprefix="$", tickformat=".3~f")
    return figure.update_yaxes(title_text="north star (%)", ticksuffix="%")


def break_even(points: Sequence[BreakEven], today: float | None) -> go.Figure:
    """US dollars per minute of each option over the volume, on logarithmic axes, with today's volume."""
    figure = go.Figure(layout={"template": HOUSE, "height": _HEIGHT_PX, "margin": {"r": 24}})
    options = list(dict.fromkeys(point.option for point in points))
    for number, option in enumerate(options):
        rows = sorted((one for one in points if one.option == option), key=lambda one: one.volume)
        color, dash = _LOOKS[number % len(_LOOKS)]
        figure.add_scatter(
            name=plain(option.replace("_", " ")),
            x=[row.volume for row in rows],
            y=[row.usd_per_minute for row in rows],
            mode="lines",
            line={"color": color, "width": 2, "dash": dash, "shape": "hv"},
            hovertext=[
                f"<b>{plain(option)}</b><br>{row.volume:,.0f} minutes a year<br>{usd(row.usd_per_minute or 0.0)}"
                for row in rows
            ],
            hoverinfo="text",
        )
    if today:
        figure.add_vline(x=today, line={"color": INK, "width": 1.5, "dash": "dot"}, annotation={"text": "today"})
    figure.update_xaxes(type="log", title_text="connected minutes a year", tickformat="~s")
    return figure.update_yaxes(type="log", title_text="US dollars per minute", tickprefix="$")


def _whiskers(kpis: Sequence[Kpi], scale: int) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [_span(kpi.value, kpi.ci_high, scale) for kpi in kpis],
        "arrayminus": [_span(kpi.ci_low, kpi.value, scale) for kpi in kpis],
        "color": GREY,
        "thickness": 1.2,
        "width": 3,
    }


def _span(low: float | None, high: float | None, scale: int) -> float | None:
    return None if low is None or high is None else scale * (high - low)
