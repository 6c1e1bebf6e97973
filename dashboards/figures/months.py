"""Six weeks beside twelve months: the short and the long view of one rate on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.sections import Target
from dashboards.figures.canvas import ticks
from dashboards.figures.labels import add_target, hover
from dashboards.figures.theme import BLUE, HOUSE
from dashboards.records import Kpi
from dashboards.wording import amount, iso_week

_HEIGHT_PX = 280
_WEEKS, _MONTHS = (0.0, 0.36), (0.46, 1.0)


@dataclass(frozen=True)
class MonthPoint:
    """One month of a rate; hollow where it is not whole."""

    label: str
    value: float
    n: int
    is_whole: bool


def six_weeks_and_months(
    weeks: Sequence[Kpi], months: Sequence[MonthPoint], target: Target | None, axis: str
) -> go.Figure:
    """Weeks at the left, months at the right, both against the same axis."""
    figure = go.Figure(layout={"template": HOUSE, "height": _HEIGHT_PX, "showlegend": False, "margin": {"r": 8}})
    measured = [kpi for kpi in weeks if kpi.value is not None]
    figure.add_scatter(
        name="weeks",
        x=[iso_week(kpi.week)[6:] for kpi in measured],
        y=[100 * (kpi.value or 0.0) for kpi in measured],
        hovertext=[hover("North star", kpi, "share") for kpi in measured],
        **_look([kpi.status != "provisional" for kpi in measured]),
    )
    figure.add_scatter(
        name="months",
        x=[point.label for point in months],
        y=[100 * point.value for point in months],
        hovertext=[f"<b>{point.label}</b><br>{amount(point.value, 'share')}<br>n = {point.n:,}" for point in months],
        xaxis="x2",
        **_look([point.is_whole for point in months]),
    )
    categories = {"type": "category", "autotickangles": [0, 90]}
    figure.update_layout(
        xaxis={**categories, "domain": list(_WEEKS), "title": {"text": "newest six weeks"}},
        xaxis2={**categories, "domain": list(_MONTHS), "title": {"text": "months"}, "anchor": "y"},
        yaxis={"title": {"text": axis}, **ticks("share")},
    )
    add_target(figure, target, "share", "target")
    return figure


def _look(is_whole: Sequence[bool]) -> dict[str, object]:
    return {
        "mode": "lines+markers",
        "hoverinfo": "text",
        "line": {"color": BLUE, "width": 2},
        "marker": {
            "size": 9,
            "color": [BLUE if whole else "#ffffff" for whole in is_whole],
            "line": {"color": BLUE, "width": 2},
        },
    }
