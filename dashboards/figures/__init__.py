"""The figures: pure functions of records. Unit on the axis, n in the hover, hollow means provisional.

Names from the data go through `theme.plain`; values are lists, so that the same records give the same JSON.
"""

from dashboards.figures.cost import cost_by_week, stacked_components
from dashboards.figures.drivers import Step, effects_by_segment, waterfall
from dashboards.figures.events import Event
from dashboards.figures.kpis import factors_by_week, north_star_by_week, ttft_by_week
from dashboards.figures.latency import attainment, budget, nps_by_wait
from dashboards.figures.months import MonthPoint, six_weeks_and_months
from dashboards.figures.spend import break_even, frontier
from dashboards.figures.trust import estimators_by_week, funnel

__all__ = [
    "Event",
    "MonthPoint",
    "Step",
    "attainment",
    "break_even",
    "budget",
    "cost_by_week",
    "effects_by_segment",
    "estimators_by_week",
    "factors_by_week",
    "frontier",
    "funnel",
    "north_star_by_week",
    "nps_by_wait",
    "six_weeks_and_months",
    "stacked_components",
    "ttft_by_week",
    "waterfall",
]
