"""Lines over weeks: filled points where final, hollow where provisional, a word where there is no number."""

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.metrics.registry import Unit
from dashboards.figures.canvas import canvas
from dashboards.figures.labels import hover, label_end, say_what_is_missing
from dashboards.figures.series import Line, on_axis, weeks_of
from dashboards.records import Kpi


def lines_by_week(lines: Sequence[Line], unit: Unit, axis: str, min_n: int) -> go.Figure:
    """A chart of lines that share their weeks and their unit."""
    figure = canvas([kpi.week for kpi in lines[0].kpis], axis, unit)
    for line in lines:
        figure.add_traces(_traces(line, unit))
        label_end(figure, line, unit)
    say_what_is_missing(figure, lines[0].kpis, min_n)
    return figure


def _traces(line: Line, unit: Unit) -> list[go.Scatter]:
    final = [kpi if kpi.status == "final" else Kpi(kpi.week, kpi.metric) for kpi in line.kpis]
    provisional = [kpi for kpi in line.kpis if kpi.status == "provisional"]
    settled = [kpi for kpi in line.kpis if kpi.status == "final" and kpi.value is not None]
    return [
        _path(line, final, unit, line.dash),
        _path(line, [*settled[-1:], *provisional] if provisional else [], unit, "dot"),
        _points(line, settled, unit, "final"),
        _points(line, [kpi for kpi in provisional if kpi.value is not None], unit, "provisional"),
    ]


def _path(line: Line, kpis: Sequence[Kpi], unit: Unit, dash: str) -> go.Scatter:
    """The stroke; it breaks where a week has no value."""
    return go.Scatter(
        name=line.label,
        x=weeks_of(kpis),
        y=on_axis(kpis, unit, lambda kpi: kpi.value),
        yaxis=line.axis,
        mode="lines",
        line={"color": line.color, "width": 2, "dash": dash},
        hoverinfo="skip",
    )


def _points(line: Line, kpis: Sequence[Kpi], unit: Unit, status: str) -> go.Scatter:
    return go.Scatter(
        name=f"{line.label}, {status}",
        x=weeks_of(kpis),
        y=on_axis(kpis, unit, lambda kpi: kpi.value),
        error_y=_whiskers(kpis, unit, line.color),
        yaxis=line.axis,
        mode="markers",
        marker=_marker(line, hollow=status == "provisional"),
        hovertext=[hover(line.label, kpi, unit) for kpi in kpis],
        hoverinfo="text",
    )


def _marker(line: Line, *, hollow: bool) -> dict[str, object]:
    # white inside and not an open symbol, through which the line would shine
    return {
        "symbol": line.symbol,
        "size": 10 if hollow else 8,
        "color": "#ffffff" if hollow else line.color,
        "line": {"color": line.color, "width": 2},
    }


def _whiskers(kpis: Sequence[Kpi], unit: Unit, color: str) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": on_axis(kpis, unit, lambda kpi: _span(kpi.value, kpi.ci_high)),
        "arrayminus": on_axis(kpis, unit, lambda kpi: _span(kpi.ci_low, kpi.value)),
        "color": color,
        "thickness": 1.2,
        "width": 3,
    }


def _span(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else high - low
