"""A week with too few cases: what is suppressed on the card is nowhere else on the page, and nothing is judged by it."""

from datetime import timedelta
from pathlib import Path

import pytest

from analytics.settings import Settings
from dashboards.answers import answers
from dashboards.charts.cost import cost_chart
from dashboards.charts.trust import funnel_chart
from dashboards.comparisons import comparisons
from dashboards.edition import Edition, latest_edition
from dashboards.page import render
from dashboards.publication import read_publication
from dashboards.segments import segment_tables
from dashboards.trust import assurances
from tests.dashboards.published import FINAL_WEEK, Tables, cost_rows, kpi_row, week_rows
from tests.dashboards.reading import Page

_SUPPRESSED = ("north_star", "handled_rate", "neutral_to_positive_rate", "cost_per_minute_usd")
_LONG = "y" * 10_000


def tiny() -> Tables:
    """One week of three cases, with a name of ten kilobytes."""
    tables = Tables().add("meta.runs")
    for row in week_rows(FINAL_WEEK):
        if row["metric"] in _SUPPRESSED:
            row |= {"value": None, "ci_low": None, "ci_high": None, "n": 3, "status": "suppressed"}
        tables.add("mart.kpi_week", row)
    named = kpi_row(FINAL_WEEK, "north_star", None, dimension="use_case", segment=_LONG, n=2, status="suppressed")
    tables.add("mart.kpi_week", named).add("mart.cost_week", *cost_rows(FINAL_WEEK))
    case = {"week": FINAL_WEEK, "eligible": True, "settled": True, "handled": True, "handled_positive": True}
    for decided, source in ((True, "survey"), (True, "inferred"), (False, "none")):
        tables.add("core.cases", case | {"decided": decided, "nps_source": source})
    return tables


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return latest_edition(read_publication(tiny().write(tmp_path_factory.mktemp("tiny"))), Settings())


def test_a_suppressed_total_has_no_bounds(edition: Edition) -> None:
    (bounds,) = (one for one in assurances(edition) if one.label == "Bounds of the north star")
    assert bounds.value == "suppressed (n < 30)"


def test_a_suppressed_cost_has_no_bars(edition: Edition) -> None:
    chart = cost_chart(edition)
    assert chart.title == "Cost per connected minute: suppressed (n < 30)."
    assert chart.figure is None
    assert chart.tables[0].rows[0].cells[0].text == "not published"


def test_a_cost_that_is_published_in_one_week_alone_is_drawn_in_that_week_alone(tmp_path: Path) -> None:
    tables, before = tiny(), FINAL_WEEK - timedelta(weeks=1)
    tables.add("mart.kpi_week", *week_rows(before)).add("mart.cost_week", *cost_rows(before))
    figure = cost_chart(latest_edition(read_publication(tables.write(tmp_path)), Settings())).figure
    assert figure is not None
    assert [trace.x for trace in figure.data] == [("2026-W45", "2026-W46")] * 5
    assert all(trace.y[0] is not None and trace.y[1] is None for trace in figure.data)


def test_no_segment_is_judged_against_a_total_that_is_suppressed(edition: Edition) -> None:
    said = {one.id: (one.text, one.verdict) for one in answers(edition)}
    assert said["segment"] == ("Not judged, the total is suppressed (n < 30).", "none")


def test_one_is_singular(edition: Edition) -> None:
    said = "2 of 3 eligible cases are in the number, 1 is not; 1 handled customer answered for themselves."
    assert funnel_chart(edition).title == said
    assert "1 week" in segment_tables(edition)[0].columns


def test_a_narrow_column_has_the_shortest_word(edition: Edition) -> None:
    assert {cell.text for cell in comparisons(edition).rows[0].cells} == {"n < 30"}


def test_a_name_of_ten_kilobytes_takes_three_lines_and_is_whole_for_scripts(edition: Edition) -> None:
    page = Page(render(edition))
    (shown,) = (one.text for one in page.all("th", scope="row") if one.text.startswith("yyy"))
    assert len(shown) == 240
    assert page.all("td", data_segment=_LONG)
