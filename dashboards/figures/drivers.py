"""What drove the step: from last week to this one, and which segments added to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.figures.theme import BLUE, GREY, HOUSE, INK, PURPLE, VERMILLION, hatch, plain
from dashboards.records import Driver
from dashboards.wording import amount, difference

_WATERFALL_PX = 300
_ROW_PX, _FRAME_PX = 34, 110
_PARTS = (("mix_effect", "mix", GREY), ("handled_effect", "handled", BLUE), ("nps_effect", "NPS", PURPLE))


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall: a level (the weeks) or a change between two levels, in shares."""

    label: str
    value: float
    is_level: bool = False


def waterfall(steps: Sequence[Step]) -> go.Figure:
    """Bars that hang on each other: the first and the last are levels, those between are changes."""
    bases, running = [], 0.0
    for step in steps:
        bases.append(0.0 if step.is_level else running)
        running = step.value if step.is_level else running + step.value
    levels = [step.value for step in steps if step.is_level]
    edges = [*levels, *(base + step.value for base, step in zip(bases, steps, strict=True)), *bases[1:-1]]
    low, high = min(edges), max(edges)
    floor = max(0.0, low - max(0.4 * (high - low), 0.01))
    figure = go.Figure(layout={"template": HOUSE, "height": _WATERFALL_PX, "showlegend": False, "margin": {"r": 8}})
    figure.add_bar(
        x=[step.label for step in steps],
        base=[100 * (floor if step.is_level else base) for base, step in zip(bases, steps, strict=True)],
        y=[100 * (step.value - floor if step.is_level else step.value) for step in steps],
        text=[_said(step) for step in steps],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
        marker={
            "color": [_color(step) for step in steps],
            "line": {"color": INK, "width": 1},
            "pattern": {"shape": ["/" if not step.is_level and step.value < 0 else "" for step in steps], "size": 7},
        },
    )
    figure.update_layout(bargap=0.45)
    top = high + 0.18 * (high - floor)
    figure.update_yaxes(title_text="north star (%)", ticksuffix="%", range=[100 * floor, 100 * top])
    return figure.update_xaxes(type="category", autotickangles=[0, 30])


def effects_by_segment(drivers: Sequence[Driver], rest: Driver | None) -> go.Figure:
    """Diverging bars, the largest effect on top; a segment inside its own noise is pale and says so."""
    rows = [*drivers, *([rest] if rest else [])]
    names = [f"{plain(_name(row))}{'' if row.is_real else ' (noise)'}" for row in rows]
    figure = go.Figure(layout={"template": HOUSE, "height": _FRAME_PX + _ROW_PX * len(rows), "barmode": "relative"})
    for number, (part, label, color) in enumerate(_PARTS):
        effects = [100 * getattr(row, part) for row in rows]
        figure.add_bar(
            name=label,
            orientation="h",
            y=list(range(len(rows))),
            x=effects,
            hovertext=[f"<b>{name}</b><br>{label} {difference(x / 100, 'share')}" for name, x in zip(names, effects)],  # noqa: B905
            hoverinfo="text",
            marker={
                "color": color,
                "opacity": [1.0 if row.is_real else 0.4 for row in rows],
                "line": {"color": "#ffffff", "width": 1},
                "pattern": hatch(number, color),
            },
        )
    figure.add_scatter(
        name="total",
        y=list(range(len(rows))),
        x=[100 * row.total_effect for row in rows],
        mode="markers",
        marker={"symbol": "diamond", "size": 10, "color": [INK if row.is_real else "#ffffff" for row in rows],
                "line": {"color": INK, "width": 1.5}},
        hoverinfo="skip",
    )  # fmt: skip
    figure.update_layout(bargap=0.35, margin={"r": 16}, shapes=[_zero()])
    figure.update_xaxes(title_text="percentage points of the north star", showgrid=True, gridcolor="#e4e8ec")
    return figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(rows))), ticktext=names, autorange="reversed", showgrid=False
    )


def _zero() -> dict[str, object]:
    line = {"color": INK, "width": 1}
    return {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _name(driver: Driver) -> str:
    return driver.segment.replace("_", " ")


def _said(step: Step) -> str:
    return amount(step.value, "share") if step.is_level else difference(step.value, "share")


def _color(step: Step) -> str:
    return GREY if step.is_level else BLUE if step.value >= 0 else VERMILLION
