"""Geometry of the small drawings inside text: a card's sparkline and a segment's interval. Plain SVG, no script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from dashboards.records import Kpi

SPARK_WIDTH, SPARK_HEIGHT, _MARGIN = 180.0, 40.0, 5.0


@dataclass(frozen=True)
class Dot:
    """One week of a sparkline."""

    x: float
    y: float
    is_provisional: bool


@dataclass(frozen=True)
class Spark:
    """A sparkline: one stroke per run of weeks with a value, and the dots that are marked."""

    strokes: list[str]
    dots: list[Dot]


@dataclass(frozen=True)
class Scale:
    """The common axis of interval drawings, in shares."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """Where a share lies, 0 to 100."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)


@dataclass(frozen=True)
class Whisker:
    """An interval with its value, each 0 to 100 on the scale."""

    low: float
    value: float
    high: float
    reference: float | None


def spark(kpis: Sequence[Kpi]) -> Spark | None:
    """A sparkline of the weeks; None where fewer than two have a value."""
    values = [kpi.value for kpi in kpis if kpi.value is not None]
    if len(values) < 2:
        return None
    low, span = min(values), max(values) - min(values)
    runs: list[list[Dot]] = [[]]
    for place, kpi in enumerate(kpis):
        if kpi.value is None:
            runs.append([])
            continue
        x = _MARGIN + place / (len(kpis) - 1) * (SPARK_WIDTH - 2 * _MARGIN)
        level = (kpi.value - low) / span if span else 0.5
        y = SPARK_HEIGHT - _MARGIN - level * (SPARK_HEIGHT - 2 * _MARGIN)
        runs[-1].append(Dot(round(x, 1), round(y, 1), kpi.status == "provisional"))
    dots = [dot for run in runs for dot in run]
    final = [dot for dot in dots if not dot.is_provisional]
    return Spark(
        strokes=[" ".join(f"{dot.x},{dot.y}" for dot in run) for run in runs if len(run) > 1],
        dots=[*final[-1:], *(dot for dot in dots if dot.is_provisional)],
    )


def common_scale(kpis: Iterable[Kpi]) -> Scale:
    """Whole tens of percent around all published intervals."""
    ends = [end for kpi in kpis for end in (kpi.ci_low, kpi.ci_high) if kpi.value is not None and end is not None]
    if not ends:
        return Scale(0.0, 1.0)
    return Scale(floor(min(ends) * 10) / 10, max(ceil(max(ends) * 10) / 10, floor(min(ends) * 10) / 10 + 0.1))


def whisker(kpi: Kpi, scale: Scale, reference: float | None) -> Whisker | None:
    """The interval of a segment beside the total; None where it has none."""
    if kpi.value is None or kpi.ci_low is None or kpi.ci_high is None:
        return None
    beside = None if reference is None else scale.place(reference)
    return Whisker(scale.place(kpi.ci_low), scale.place(kpi.value), scale.place(kpi.ci_high), beside)
