"""The chart of the cost per connected minute: components stacked, the published total as a line on top."""

from collections.abc import Collection, Sequence
from datetime import date

import plotly.graph_objects as go

from dashboards import wording
from dashboards.figures.canvas import canvas
from dashboards.figures.events import Event, add_events
from dashboards.figures.theme import INK, PALETTE, hatch, plain
from dashboards.records import Cost


def cost_by_week(
    weeks: Sequence[date], costs: Sequence[Cost], provisional: Collection[date], events: Sequence[Event] = ()
) -> go.Figure:
    """US dollars per connected minute by component, pale where provisional; only what is in the total is stacked."""
    figure = canvas(weeks, "US dollars per connected minute", "usd")
    for number, name in enumerate(stacked_components(costs)):
        figure.add_trace(_bars(weeks, costs, name, _look(number, [week in provisional for week in weeks])))
    figure.add_trace(_total(weeks, costs, ["#ffffff" if week in provisional else INK for week in weeks]))
    # the legend stands below, since the words of the events stand on top
    below = {"y": -0.22, "yanchor": "top"}
    figure.update_layout(barmode="stack", bargap=0.35, showlegend=True, margin={"r": 8}, legend=below)
    add_events(figure, events, weeks)
    return figure.update_yaxes(rangemode="tozero")


def stacked_components(costs: Sequence[Cost]) -> list[str]:
    """Components of the total, the most expensive first."""
    usd: dict[str, float] = {}
    for cost in costs:
        if cost.included_in_total and cost.component != "all" and cost.cost_usd is not None:
            usd[cost.component] = usd.get(cost.component, 0.0) + float(cost.cost_usd)
    return sorted(usd, key=lambda name: (-usd[name], name))


def _bars(weeks: Sequence[date], costs: Sequence[Cost], component: str, look: dict[str, object]) -> go.Bar:
    return go.Bar(**_series(weeks, costs, component), marker=look)


def _look(number: int, is_provisional: Sequence[bool]) -> dict[str, object]:
    """Colour and hatch of a component."""
    color = PALETTE[number % len(PALETTE)]
    return {
        "color": color,
        "opacity": [0.45 if pale else 1.0 for pale in is_provisional],
        "line": {"color": "#ffffff", "width": 1},
        "pattern": hatch(number, color),
    }


def _total(weeks: Sequence[date], costs: Sequence[Cost], fills: Sequence[str]) -> go.Scatter:
    return go.Scatter(
        **_series(weeks, costs, "all"),
        mode="lines+markers",
        line={"color": INK, "width": 1.5},
        marker={"symbol": "diamond", "size": 9, "color": list(fills), "line": {"color": INK, "width": 1.5}},
    )


def _series(weeks: Sequence[date], costs: Sequence[Cost], component: str) -> dict[str, object]:
    rows = {cost.week: cost for cost in costs if cost.component == component}
    found = [rows.get(week) for week in weeks]
    return {
        "name": plain(_name(component)),
        "x": [wording.iso_week(week) for week in weeks],
        "y": [cost.cost_per_minute_usd if cost else None for cost in found],
        "hovertext": [_hover(cost) if cost else "" for cost in found],
        "hoverinfo": "text",
    }


def _name(component: str) -> str:
    return "total" if component == "all" else component


def _hover(cost: Cost) -> str:
    per_minute = "not measured" if cost.cost_per_minute_usd is None else wording.usd(cost.cost_per_minute_usd)
    minutes = "" if cost.minutes is None else f"<br>n = {wording.amount(float(cost.minutes), 'count')} minutes"
    return f"<b>{plain(_name(cost.component))} {wording.iso_week(cost.week)}</b><br>{per_minute} per minute{minutes}"
