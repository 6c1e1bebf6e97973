"""The charts of the page, section by section in the order in which a product manager asks."""

from dashboards.charts.chart import Chart
from dashboards.charts.cost import break_even_chart, cost_chart, frontier_chart
from dashboards.charts.drivers import factors_chart, segment_effects_charts, waterfall_chart
from dashboards.charts.latency import attainment_chart, budget_chart, nps_by_wait_chart, ttft_chart
from dashboards.charts.movement import north_star_chart, six_twelve_chart
from dashboards.charts.trust import estimators_chart, funnel_chart
from dashboards.edition import Edition


def charts_of(edition: Edition) -> dict[str, list[Chart]]:
    """Charts by the id of their section: the north star first, the constraints that serve it after it."""
    return {
        "movement": [north_star_chart(edition), six_twelve_chart(edition)],
        "drivers": [factors_chart(edition), waterfall_chart(edition), *segment_effects_charts(edition)],
        "trust": [estimators_chart(edition), funnel_chart(edition)],
        "latency": [
            ttft_chart(edition), attainment_chart(edition), budget_chart(edition), nps_by_wait_chart(edition),
        ],
        "cost": [cost_chart(edition), frontier_chart(edition), break_even_chart(edition)],
    }  # fmt: skip


__all__ = ["Chart", "charts_of"]
