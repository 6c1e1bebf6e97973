"""Figures as pure functions of records."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import plotly.graph_objects as go
import pytest

from analytics.sections import Target
from dashboards.figures import cost_by_week, factors_by_week, north_star_by_week, stacked_components, ttft_by_week
from dashboards.figures.theme import GREEN, GREY, HOUSE, INK, MUTED, PALETTE, VERMILLION, plain
from dashboards.records import Cost, Kpi
from tests.dashboards.published import FINAL_WEEK, HOSTILE_NAMES, PROVISIONAL_WEEK, YOUNG_WEEK, weeks_until

KPIS = [
    *(
        Kpi(week, "north_star", value=0.70, ci_low=0.68, ci_high=0.73, n=2820, status="final")
        for week in weeks_until(FINAL_WEEK, 3)
    ),
    Kpi(PROVISIONAL_WEEK, "north_star", value=0.71, n=900, status="provisional", completeness=0.571),
    Kpi(YOUNG_WEEK, "north_star", status="not_publishable"),
]
TARGET = Target(value=0.75, source="a test")


def spec(figure: go.Figure) -> str:
    return json.dumps(figure.to_plotly_json(), sort_keys=True)


def points(figure: go.Figure, status: str) -> go.Scatter:
    return next(trace for trace in figure.data if trace.name.endswith(status) and trace.mode == "markers")


def cost(week: date, component: str, usd: float, *, included: bool = True) -> Cost:
    return Cost(week, component, Decimal(str(usd)) * 4000, Decimal(4000), usd, 0.97, included)


def test_the_same_records_give_the_same_json_of_plain_lists() -> None:
    first, second = (spec(north_star_by_week(KPIS, TARGET, 30)) for _ in range(2))
    assert first == second
    assert "bdata" not in first


def test_provisional_weeks_are_hollow_and_final_ones_filled() -> None:
    figure = north_star_by_week(KPIS, None, 30)
    final, provisional = points(figure, "final"), points(figure, "provisional")
    assert list(provisional.x) == ["2026-W47"]
    assert (provisional.marker.color, provisional.marker.line.width) == ("#ffffff", 2)
    assert final.marker.color == final.marker.line.color != "#ffffff"


def test_the_interval_is_drawn_on_both_sides_of_the_value() -> None:
    error = points(north_star_by_week(KPIS, None, 30), "final").error_y
    assert (error.array[0], error.arrayminus[0]) == (pytest.approx(3.0), pytest.approx(2.0))


def test_limits_are_visible_lines_where_they_are_published() -> None:
    limited = [replace(kpi, limit_low=0.66, centre=0.70, limit_high=0.74) for kpi in KPIS]
    lines = {trace.name: trace for trace in north_star_by_week(limited, None, 30).data if "limit" in trace.name}
    assert set(lines) == {"upper limit", "lower limit"}
    assert all(line.line.width > 0 for line in lines.values())
    assert lines["upper limit"].y[0] == pytest.approx(74.0)


def test_no_limits_are_drawn_where_none_are_published() -> None:
    assert "limit" not in spec(north_star_by_week(KPIS, None, 30))


def test_a_target_is_a_visible_line_with_its_value() -> None:
    figure = north_star_by_week(KPIS, TARGET, 30)
    assert figure.layout.shapes[0].line.width > 0
    assert "target 75.0%" in [annotation.text for annotation in figure.layout.annotations]
    assert HOUSE.layout.shapedefaults.line.width > 0


def test_every_figure_names_its_unit_on_the_axis() -> None:
    latencies = [replace(kpi, value=980.0) for kpi in KPIS]
    figures = {
        "(%)": [north_star_by_week(KPIS, None, 30), factors_by_week(KPIS, KPIS, 30)],
        "(ms)": [ttft_by_week(latencies, latencies, None, None, 30)],
        "US dollars": [cost_by_week([FINAL_WEEK], [cost(FINAL_WEEK, "all", 0.08)], [])],
    }
    for unit, drawn in figures.items():
        assert all(unit in figure.layout.yaxis.title.text for figure in drawn)
    assert "(%)" in factors_by_week(KPIS, KPIS, 30).layout.yaxis2.title.text


def test_every_point_says_its_n_when_it_is_touched() -> None:
    figure = north_star_by_week(KPIS, None, 30)
    assert all("n = 2,820" in text for text in points(figure, "final").hovertext)
    assert "provisional, 57.1% complete" in points(figure, "provisional").hovertext[0]


def test_a_week_without_a_number_is_a_word_and_a_gap_and_no_zero() -> None:
    suppressed = [KPIS[0], replace(KPIS[1], value=None, n=12, status="suppressed"), *KPIS[2:]]
    figure = north_star_by_week(suppressed, None, 30)
    texts = [annotation.text for annotation in figure.layout.annotations]
    assert plain("n < 30") in texts
    assert plain("too young") in texts
    assert next(trace for trace in figure.data if trace.mode == "lines").y[1] is None


def test_cost_stacks_the_parts_of_the_total_and_nothing_else() -> None:
    week = FINAL_WEEK
    costs = [cost(week, "all", 0.05), cost(week, "llm", 0.02), cost(week, "tts", 0.03)]
    costs.append(cost(week, "human", 0.5, included=False))
    figure = cost_by_week([week], costs, [])
    bars = [trace for trace in figure.data if isinstance(trace, go.Bar)]
    assert [bar.y[0] for bar in bars] == [0.03, 0.02]
    assert figure.data[-1].y[0] == 0.05
    assert figure.layout.barmode == "stack"
    assert len({bar.marker.pattern.shape for bar in bars}) == 2


def test_a_provisional_week_is_pale_in_the_cost_chart() -> None:
    costs = [cost(week, name, 0.05) for week in (FINAL_WEEK, PROVISIONAL_WEEK) for name in ("all", "llm")]
    bar, total = cost_by_week([FINAL_WEEK, PROVISIONAL_WEEK], costs, [PROVISIONAL_WEEK]).data
    assert bar.marker.opacity[0] == 1.0 > bar.marker.opacity[1]
    assert total.marker.color[1] == "#ffffff"


def test_a_component_without_a_cost_is_not_drawn() -> None:
    assert stacked_components([replace(cost(FINAL_WEEK, "llm", 0.1), cost_usd=None)]) == []


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_inert_in_a_figure(name: str) -> None:
    text = spec(cost_by_week([FINAL_WEEK], [cost(FINAL_WEEK, name, 0.1)], []))
    for tag in ("<script", "</script", "<img", "<a ", "<b style"):
        assert tag not in text
    assert name not in plain(name)[1:-1] or "<" not in name
    assert len(plain("x" * 200)) < 40


@pytest.mark.parametrize("color", [*PALETTE, INK, MUTED, GREY, VERMILLION, GREEN])
def test_every_colour_has_a_contrast_of_at_least_3_to_1_on_white(color: str) -> None:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 3.0
