"""Releases and notes on a weekly chart: a line in the week, its words on top; signals get a ring and their rule."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from dashboards.figures.series import on_axis, weeks_of
from dashboards.figures.theme import INK, MUTED, VERMILLION, plain
from dashboards.records import Kpi
from dashboards.wording import iso_week

_ROWS, _ROW_PX = 3, 14


@dataclass(frozen=True)
class Event:
    """Something that happened in a week: a release found in the data, or a note of the team."""

    week: date
    text: str
    kind: str


def add_events(figure: go.Figure, events: Sequence[Event], weeks: Sequence[date]) -> None:
    """Events of the weeks shown; two of one week share a line, neighbours stand on different rows."""
    eventful = [week for week in weeks if any(event.week == week for event in events)]
    figure.update_layout(margin={"t": 12 + _ROW_PX * min(len(eventful), _ROWS)})
    for number, week in enumerate(eventful):
        texts = [event.text for event in events if event.week == week]
        label = iso_week(week)
        line = {"color": MUTED, "width": 1, "dash": "dot"}
        figure.add_shape(type="line", x0=label, x1=label, y0=0, y1=1, yref="paper", line=line, layer="below")
        figure.add_annotation(
            x=label, y=1, yref="paper", yanchor="bottom", text=", ".join(plain(text) for text in texts),
            yshift=_ROW_PX * (number % _ROWS),
            showarrow=False, font={"size": 11, "color": MUTED},
        )  # fmt: skip


def _rule(signal: str) -> str:
    """The rule that fired, short: "8 in a row on one side of the centre (provisional limits)" is "8 in a row"."""
    return re.split(r":| \(| on one side| than the", signal)[0]


def ring_signals(figure: go.Figure, kpis: Sequence[Kpi]) -> None:
    """A ring around each point at which a rule fired, with the rule beside it."""
    fired = [kpi for kpi in kpis if kpi.signal and kpi.value is not None]
    if fired:
        figure.add_scatter(
            name="signal",
            x=weeks_of(fired),
            y=on_axis(fired, "share", lambda kpi: kpi.value),
            mode="markers+text",
            text=[plain(_rule(str(kpi.signal))) for kpi in fired],
            # right of its point, unless the label of the line stands there
            textposition=["top left" if kpi == kpis[-1] else "bottom right" for kpi in fired],
            textfont={"size": 11, "color": VERMILLION},
            marker={"symbol": "circle-open", "size": 18, "color": VERMILLION, "line": {"width": 2, "color": INK}},
            hoverinfo="skip",
        )
