"""Words inside a chart: the last value beside its line, targets, missing weeks, and what a hover says."""

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.metrics.registry import Unit
from analytics.sections import Target
from dashboards import wording
from dashboards.figures.series import SHOWN_PER_STORED, Line, on_axis
from dashboards.figures.theme import INK, MUTED, plain
from dashboards.records import Kpi


def add_target(figure: go.Figure, target: Target | None, unit: Unit, label: str, color: str = INK) -> None:
    """A dotted line at the target with its value in words; nothing where no target is set."""
    if target is None:
        return
    figure.add_hline(
        y=target.value * SHOWN_PER_STORED[unit],
        line={"color": color, "width": 1.5, "dash": "dot"},
        annotation={
            "text": f"{label} {wording.amount(target.value, unit)}",
            "font": {"color": color, "size": 12},
            "xanchor": "left",
            "x": 0,
            "yanchor": "bottom",
        },
    )


def hover(label: str, kpi: Kpi, unit: Unit) -> str:
    """What a point says when it is touched."""
    lines = [f"<b>{plain(label)} {wording.iso_week(kpi.week)}</b>", wording.amount(kpi.value or 0.0, unit)]
    if kpi.ci_low is not None and kpi.ci_high is not None:
        lines.append(f"95% interval {wording.interval(kpi.ci_low, kpi.ci_high, unit)}")
    lines.append(f"n = {wording.count(kpi.n)}")
    is_provisional = kpi.status == "provisional"
    lines.append(f"provisional, {wording.share(kpi.completeness)} complete" if is_provisional else "final")
    return "<br>".join(lines)


def label_end(figure: go.Figure, line: Line, unit: Unit) -> None:
    """Name and last value in the right margin, so that neither legend nor hover is needed to read it."""
    last = next((kpi for kpi in reversed(line.kpis) if kpi.value is not None), None)
    if last is None:
        return
    so_far = " so far" if last.status == "provisional" else ""
    name = plain(line.label).replace("-to-", "-to-<br>")  # the margin is narrow on a phone
    figure.add_annotation(
        x=1,
        xref="paper",
        y=on_axis([last], unit, lambda kpi: kpi.value)[0],
        yref=line.axis,
        text=f"<b>{wording.amount(last.value or 0.0, unit)}{so_far}</b><br>{name}",
        xanchor="left",
        xshift=4,
        align="left",
        showarrow=False,
        font={"color": line.color, "size": 12},
    )


def say_what_is_missing(figure: go.Figure, kpis: Sequence[Kpi], min_n: int) -> None:
    """The reason in place of a point, never a zero."""
    for kpi in kpis:
        if kpi.value is None:
            figure.add_annotation(
                x=wording.iso_week(kpi.week),
                y=0.04,
                yref="paper",
                yanchor="bottom",
                text=plain(_gap(kpi, min_n)),
                textangle=-90,
                showarrow=False,
                font={"color": MUTED, "size": 11},
            )


def _gap(kpi: Kpi, min_n: int) -> str:
    if kpi.status == "not_publishable":
        return "too young"
    return f"n < {min_n}" if kpi.status == "suppressed" and kpi.n else "not measured"
