"""An empty weekly chart: the weeks on one axis, the unit on the other."""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from analytics.metrics.registry import Unit
from dashboards.figures.theme import HOUSE
from dashboards.wording import iso_week

_HEIGHT_PX = 340
_TICKS: dict[Unit, dict[str, str]] = {
    "share": {"ticksuffix": "%"},
    "usd": {"tickprefix": "$", "tickformat": ".3~f"},
    "ms": {"tickformat": ",d"},
    "points": {},
    "count": {"tickformat": ",d"},
}


def canvas(weeks: Sequence[date], axis: str, unit: Unit) -> go.Figure:
    """A figure in the house theme with its axes and no data."""
    labels = [iso_week(week) for week in weeks]
    figure = go.Figure(layout={"template": HOUSE, "height": _HEIGHT_PX, "showlegend": False})
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=labels, title_text=_years(labels))
    figure.update_xaxes(tickmode="array", tickvals=labels, ticktext=[label[6:] for label in labels])
    figure.update_xaxes(autotickangles=[0, 90], range=[-0.5, len(labels) - 0.5])
    return figure.update_yaxes(title_text=axis, **ticks(unit))


def ticks(unit: Unit) -> dict[str, str]:
    """How an axis writes its unit."""
    return _TICKS[unit]


def _years(labels: Sequence[str]) -> str:
    first, last = labels[0][:4], labels[-1][:4]
    return f"ISO week of {first}" if first == last else f"ISO week, {first} to {last}"
