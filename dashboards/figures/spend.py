"""What a minute buys: cost against quality by version, and the volume from which an own model pays."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards.constraint_records import BreakEven, Version
from dashboards.figures.theme import BLUE, GREY, HOUSE, INK, PURPLE, VERMILLION, plain
from dashboards.wording import amount, usd

_HEIGHT_PX = 320
#: Ticks of the yearly volume; plotly would write a milliard as 1G.
_VOLUMES = {1e4: "10k", 1e5: "100k", 1e6: "1M", 1e7: "10M", 1e8: "100M", 1e9: "1B", 1e10: "10B"}
_LOOKS = ((BLUE, "solid"), (VERMILLION, "dash"), (PURPLE, "dot"), (GREY, "dashdot"))


def frontier(versions: Sequence[Version]) -> go.Figure:
    """One point per version and model: cost per minute against north star, both with intervals; the frontier joined."""
    figure = go.Figure(layout={"template": HOUSE, "height": _HEIGHT_PX, "showlegend": False, "margin": {"r": 24}})
    best = sorted((one for one in versions if one.on_frontier), key=lambda one: one.cost_per_minute_usd or 0.0)
    figure.add_scatter(
        name="frontier",
        x=[one.cost_per_minute_usd for one in best],
        y=[_percent(one.north_star) for one in best],
        mode="lines",
        line={"color": GREY, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        name="versions",
        x=[one.cost_per_minute_usd for one in versions],
        y=[_percent(one.north_star) for one in versions],
        error_x=_whiskers([(one.cost_ci_low, one.cost_per_minute_usd, one.cost_ci_high) for one in versions], 1),
        error_y=_whiskers([(one.north_star_ci_low, one.north_star, one.north_star_ci_high) for one in versions], 100),
        mode="markers+text",
        text=[plain(one.name) for one in versions],
        textposition=_label_places(versions),
        marker={"size": 10, "color": [BLUE if one.on_frontier else "#ffffff" for one in versions],
                "line": {"color": BLUE, "width": 2}},
        hovertext=[_hover(one) for one in versions],
        hoverinfo="text",
    )  # fmt: skip
    figure.update_xaxes(title_text="US dollars per connected minute", tickprefix="$", tickformat=".4~f", nticks=6)
    return figure.update_yaxes(title_text="north star (%)", ticksuffix="%")


def _label_places(versions: Sequence[Version]) -> list[str]:
    """A corner for each name: neighbours in height stand on different sides of their points."""
    ranked = sorted(versions, key=lambda one: -(one.north_star or 0.0))
    places = ("top right", "bottom right", "top left", "bottom left")
    return [places[ranked.index(one) % len(places)] for one in versions]


def break_even(points: Sequence[BreakEven], today: float | None) -> go.Figure:
    """US dollars per minute of each option over the volume, on logarithmic axes, with today's volume."""
    figure = go.Figure(layout={"template": HOUSE, "height": _HEIGHT_PX, "margin": {"r": 24}})
    options = list(dict.fromkeys(point.option for point in points))
    for number, option in enumerate(options):
        rows = sorted((one for one in points if one.option == option), key=lambda one: one.minutes_per_year)
        color, dash = _LOOKS[number % len(_LOOKS)]
        figure.add_scatter(
            name=plain(option.replace("_", " ")),
            x=[row.minutes_per_year for row in rows],
            y=[row.usd_per_minute for row in rows],
            mode="lines",
            line={"color": color, "width": 2, "dash": dash, "shape": "hv"},
            hovertext=[
                f"<b>{plain(option)}</b><br>{row.minutes_per_year:,.0f} min a year<br>{usd(row.usd_per_minute or 0)}"
                for row in rows
            ],
            hoverinfo="text",
        )
    if today:
        figure.add_vline(
            x=today, line={"color": INK, "width": 1.5, "dash": "dot"}, annotation={"text": "today", "xanchor": "left"}
        )
    figure.update_xaxes(
        type="log", title_text="connected minutes a year", tickvals=list(_VOLUMES), ticktext=list(_VOLUMES.values())
    )
    return figure.update_yaxes(type="log", title_text="US dollars per minute", tickprefix="$", dtick=1, tickformat="~f")


def _whiskers(ends: Sequence[tuple[float | None, float | None, float | None]], scale: int) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [_span(value, high, scale) for _, value, high in ends],
        "arrayminus": [_span(low, value, scale) for low, value, _ in ends],
        "color": GREY,
        "thickness": 1.2,
        "width": 3,
    }


def _span(low: float | None, high: float | None, scale: int) -> float | None:
    return None if low is None or high is None else scale * (high - low)


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _hover(version: Version) -> str:
    cost, star = usd(version.cost_per_minute_usd or 0.0), amount(version.north_star or 0.0, "share")
    return f"<b>{plain(version.name)}</b><br>{cost} a minute<br>{star}<br>n = {version.cases or 0:,}"
