"""One line of a chart: its records, its looks, and its values in the unit of the axis."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analytics.metrics.registry import Unit
from dashboards.figures.theme import BLUE
from dashboards.records import Kpi
from dashboards.wording import iso_week

#: What a reader sees on the axis for one unit of the stored value.
SHOWN_PER_STORED: dict[Unit, int] = {"share": 100, "usd": 1, "ms": 1, "points": 1, "count": 1}


@dataclass(frozen=True)
class Line:
    """One series of a chart, told apart without colour by its symbol, its dash and the label at its end."""

    label: str
    kpis: Sequence[Kpi]
    color: str = BLUE
    symbol: str = "circle"
    dash: str = "solid"
    axis: str = "y"


def on_axis(kpis: Iterable[Kpi], unit: Unit, side: Callable[[Kpi], float | None]) -> list[float | None]:
    """One side of each record (value, a limit) in the unit of the axis."""
    stored = [side(kpi) for kpi in kpis]
    return [None if value is None else value * SHOWN_PER_STORED[unit] for value in stored]


def weeks_of(kpis: Iterable[Kpi]) -> list[str]:
    """The records' weeks as the axis names them."""
    return [iso_week(kpi.week) for kpi in kpis]
