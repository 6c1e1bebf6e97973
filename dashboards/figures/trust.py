"""Can the number be trusted: the estimators side by side, and the way of the cases into the number."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards.figures.canvas import canvas
from dashboards.figures.theme import BLUE, GREY, HOUSE, INK, PURPLE, VERMILLION, plain
from dashboards.records import Estimate
from dashboards.wording import amount, count, interval, iso_week

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x")
_COLORS = (BLUE, VERMILLION, PURPLE, INK, GREY)
_ROW_PX, _FRAME_PX = 34, 70


def estimators_by_week(estimates: Sequence[Estimate], names: Sequence[str], headline: str) -> go.Figure:
    """Each estimator's value with its interval; the headline's is the large one."""
    weeks = sorted({estimate.week for estimate in estimates})
    figure = canvas(weeks, "north star (%)", "share")
    for number, name in enumerate(names):
        rows = [one for one in estimates if one.estimator == name and one.value is not None]
        figure.add_scatter(
            name=plain(name.replace("_", " ")),
            x=[weeks.index(row.week) + 0.14 * (number - (len(names) - 1) / 2) for row in rows],
            y=[100 * (row.value or 0.0) for row in rows],
            error_y=_whiskers(rows, _COLORS[number % 5]),
            mode="markers",
            marker={
                "symbol": _SYMBOLS[number % 5],
                "size": 11 if name == headline else 7,
                "color": _COLORS[number % 5],
            },
            hovertext=[_hover(row) for row in rows],
            hoverinfo="text",
        )
    labels = [iso_week(week)[6:] for week in weeks]
    figure.update_xaxes(
        type="linear", tickvals=list(range(len(weeks))), ticktext=labels, range=[-0.6, len(weeks) - 0.4]
    )
    return figure.update_layout(showlegend=True, margin={"r": 8})


def funnel(stages: Sequence[tuple[str, int]]) -> go.Figure:
    """Horizontal bars with the count and the share of the bar before."""
    before = [stages[0][1], *(number for _, number in stages[:-1])]
    text = [
        count(number) if place == 0 or not base else f"{count(number)}  ({amount(number / base, 'share')})"
        for place, ((_, number), base) in enumerate(zip(stages, before, strict=True))
    ]
    figure = go.Figure(layout={"template": HOUSE, "height": _FRAME_PX + _ROW_PX * len(stages), "showlegend": False})
    figure.add_bar(
        orientation="h",
        y=[label for label, _ in stages],
        x=[number for _, number in stages],
        text=text,
        textposition="auto",
        insidetextanchor="start",
        hoverinfo="skip",
        marker={"color": BLUE},
    )
    figure.update_layout(bargap=0.3, margin={"r": 16})
    figure.update_xaxes(title_text="cases", rangemode="tozero", tickformat=",d")
    return figure.update_yaxes(autorange="reversed", showgrid=False)


def _whiskers(rows: Sequence[Estimate], color: str) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [None if row.ci_high is None else 100 * (row.ci_high - (row.value or 0.0)) for row in rows],
        "arrayminus": [None if row.ci_low is None else 100 * ((row.value or 0.0) - row.ci_low) for row in rows],
        "color": color,
        "thickness": 1.2,
        "width": 3,
    }


def _hover(row: Estimate) -> str:
    lines = [f"<b>{plain(row.estimator.replace('_', ' '))} {iso_week(row.week)}</b>", amount(row.value or 0.0, "share")]
    if row.ci_low is not None and row.ci_high is not None:
        lines.append(f"95% interval {interval(row.ci_low, row.ci_high, 'share')}")
    if row.n is not None:
        lines.append(f"n = {count(row.n)}")
    return "<br>".join(lines)
