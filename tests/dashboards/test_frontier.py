"""Cost against quality by version: a version is called better or cheaper only where the intervals say so."""

from pathlib import Path

import pytest

from analytics.settings import Settings
from dashboards.charts.cost import frontier_chart
from dashboards.edition import latest_edition
from dashboards.publication import read_publication
from tests.dashboards.published import full

FSI, PDI = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


@pytest.mark.parametrize(
    ("stars", "costs", "title"),
    [
        ((0.71, 0.70), (0.080, 0.081), "No version is better or cheaper outside the intervals."),
        ((0.80, 0.70), (0.080, 0.081), f"{FSI}41 / m{PDI} is best; costs do not differ outside the intervals."),
        ((0.71, 0.70), (0.070, 0.081), f"{FSI}41 / m{PDI} is cheapest; north stars do not differ outside the intervals."),
        ((0.80, 0.70), (0.070, 0.081), f"{FSI}41 / m{PDI} is both the best and the cheapest."),
        ((0.80, 0.70), (0.081, 0.070), f"{FSI}41 / m{PDI} is best, {FSI}42 / m{PDI} is cheapest."),
    ],
    ids=["noise", "best", "cheapest", "both", "a trade"],
)  # fmt: skip
def test_overlapping_intervals_make_no_winner(
    tmp_path: Path, stars: tuple[float, float], costs: tuple[float, float], title: str
) -> None:
    tables = full(2)
    for version, star, cost in zip(("41", "42"), stars, costs, strict=True):
        row = {"agent_version": version, "model": "m", "cases": 500, "cost_per_minute_usd": cost, "north_star": star}
        star_ends = {"north_star_ci_low": star - 0.02, "north_star_ci_high": star + 0.02}
        cost_ends = {"cost_ci_low": cost - 0.002, "cost_ci_high": cost + 0.002}
        tables.add("mart.frontier", row | star_ends | cost_ends)
    chart = frontier_chart(latest_edition(read_publication(tables.write(tmp_path)), Settings()))
    assert chart.title == title
    assert chart.figure is not None
    assert sorted(chart.figure.data[1].textposition) == ["bottom right", "top right"]
