"""Where the wait goes, how often it is short enough, and whether a long one goes with unhappy customers."""

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.sections import Target
from dashboards.constraint_records import BudgetPart, TtftBand
from dashboards.figures.labels import add_target
from dashboards.figures.lines import lines_by_week
from dashboards.figures.series import Line
from dashboards.figures.theme import BLUE, GREY, HOUSE, INK, PALETTE, hatch, plain
from dashboards.records import Kpi
from dashboards.wording import PARTS, amount, count, part_name

_BUDGET_PX, _BANDS_PX = 240, 320


def budget(parts: Sequence[BudgetPart], slo_ms: float) -> go.Figure:
    """Means of the parts over the turns of each band, stacked; percentiles would not add up."""
    bands = sorted({part.band for part in parts}, reverse=True)
    figure = go.Figure(layout={"template": HOUSE, "height": _BUDGET_PX, "barmode": "relative"})
    known = {(part.band, part.component): part.mean_ms for part in parts}
    names = [*PARTS, *sorted({part.component for part in parts} - {*PARTS, "ttft"})]
    for number, name in enumerate(names):
        values = [known.get((band, name)) for band in bands]
        figure.add_bar(
            name=plain(part_name(name)),
            orientation="h",
            y=[plain(band) for band in bands],
            x=values,
            hovertext=[f"<b>{plain(part_name(name))}</b><br>{amount(value or 0.0, 'ms')}" for value in values],
            hoverinfo="text",
            marker={
                "color": PALETTE[number % len(PALETTE)],
                "line": {"color": "#ffffff", "width": 1},
                "pattern": hatch(number, PALETTE[number % len(PALETTE)]),
            },
        )
    figure.add_vline(
        x=slo_ms,
        line={"color": INK, "width": 1.5, "dash": "dot"},
        annotation={"text": f"objective {amount(slo_ms, 'ms')}", "font": {"size": 12}, "yanchor": "bottom", "y": 1},
    )
    figure.update_layout(bargap=0.35, margin={"r": 16, "t": 24}, legend={"y": -0.45, "yanchor": "top"})
    figure.update_xaxes(title_text="mean milliseconds over the turns of the band", tickformat=",d")
    return figure.update_yaxes(showgrid=False)


def attainment(kpis: Sequence[Kpi], target: Target | None, min_n: int) -> go.Figure:
    """Share of turns within the objective, by week."""
    figure = lines_by_week([Line("within objective", kpis)], "share", "share of turns (%)", min_n)
    add_target(figure, target, "share", "target")
    return figure


def nps_by_wait(bands: Sequence[TtftBand]) -> go.Figure:
    """Neutral-to-positive share by band of the wait: adjusted with interval, raw beside it, and how many calls."""
    figure = go.Figure(layout={"template": HOUSE, "height": _BANDS_PX, "margin": {"r": 8}})
    labels = [plain(band.band) for band in bands]
    figure.add_scatter(
        name="raw",
        x=labels,
        y=[_percent(band.raw_share) for band in bands],
        mode="lines+markers",
        line={"color": GREY, "width": 1.5, "dash": "dot"},
        marker={"symbol": "square-open", "size": 8, "color": GREY},
        hoverinfo="skip",
    )
    figure.add_scatter(
        name="same mix of cases in every band",
        x=labels,
        y=[_percent(band.standardised_share) for band in bands],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [_span(band.standardised_share, band.standardised_ci_high) for band in bands],
            "arrayminus": [_span(band.standardised_ci_low, band.standardised_share) for band in bands],
            "color": BLUE,
            "thickness": 1.2,
            "width": 3,
        },
        mode="lines+markers",
        line={"color": BLUE, "width": 2},
        marker={"size": 9, "color": BLUE},
        hovertext=[f"<b>{plain(band.band)}</b><br>n = {count(band.n or 0)}" for band in bands],
        hoverinfo="text",
    )
    # a narrow chart has no room for six of "1.25 to 1.5 s" on one line
    folded = [
        label.replace(" to ", " to<br>").replace("below ", "below<br>").replace(" or ", "<br>or ") for label in labels
    ]
    figure.update_xaxes(type="category", tickvals=labels, ticktext=folded, tickangle=0)
    figure.update_xaxes(title_text="wait of the case (90th percentile of its answers)")
    return figure.update_yaxes(title_text="neutral-to-positive (%)", ticksuffix="%")


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _span(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else 100 * (high - low)
