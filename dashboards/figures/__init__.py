"""The figures: pure functions of records. Unit on the axis, n in the hover, hollow means provisional.

Names from the data go through `theme.plain`; values are lists, so that the same records give the same JSON.
"""

from dashboards.figures.cost import cost_by_week, stacked_components
from dashboards.figures.kpis import factors_by_week, north_star_by_week, ttft_by_week

__all__ = ["cost_by_week", "factors_by_week", "north_star_by_week", "stacked_components", "ttft_by_week"]
