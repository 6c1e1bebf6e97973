"""What a number may be called: published or not, changed or not, target met or not. Words, never colours."""

from dataclasses import dataclass
from math import hypot
from typing import Literal

from analytics.metrics import judgement
from analytics.metrics.judgement import Judgement
from analytics.metrics.registry import Metric
from analytics.sections import Target
from dashboards.records import Kpi

Direction = Literal["up", "down", "unchanged inside the interval", "not judged"]


@dataclass(frozen=True)
class Change:
    """The step from an earlier final week; `low` and `high` are its 95 % interval where both weeks have one.

    Attributes:
        detectable: the least change that would have shown four times in five, where it is published.
    """

    delta: float
    low: float | None
    high: float | None
    since: Kpi
    detectable: float | None = None

    @property
    def movement(self) -> Direction:
        """What may be said about the step."""
        if self.low is None or self.high is None:
            return "not judged"
        if self.low <= 0 <= self.high:
            return "unchanged inside the interval"
        return "up" if self.delta > 0 else "down"


def absence(kpi: Kpi, min_n: int) -> str | None:
    """Why there is no value; None where there is one."""
    if kpi.value is not None:
        return None
    if kpi.status == "not_publishable":
        return "not publishable: too young"
    if kpi.status == "suppressed" and kpi.n > 0:
        return f"suppressed (n < {min_n})"
    return "not measured"


def change(now: Kpi, before: Kpi | None) -> Change | None:
    """The step between two final weeks; None where a side has no final value."""
    if before is None or before.value is None or now.value is None or now.status != "final":
        return None
    low, high = _difference_interval(now, before)
    return Change(now.value - before.value, low, high, before)


def published_change(now: Kpi, before: Kpi) -> Change | None:
    """The step as the publication judged it; None where it has none."""
    if now.change is None or now.value is None or before.value is None:
        return None
    return Change(now.change, now.change_ci_low, now.change_ci_high, before, now.minimum_detectable_change)


def judge(kpi: Kpi, metric: Metric, target: Target) -> Judgement:
    """The published value against its target."""
    return judgement.judge(kpi.value, kpi.ci_low, kpi.ci_high, metric.direction, target.value)


def _difference_interval(now: Kpi, before: Kpi) -> tuple[float, float] | tuple[None, None]:
    """From the two published intervals, by the method of Newcombe (1998, Stat Med 17:873, method 10)."""
    new, old = _with_interval(now), _with_interval(before)
    if new is None or old is None:
        return None, None
    (low, value, high), (old_low, old_value, old_high) = new, old
    delta = value - old_value
    return delta - hypot(value - low, old_high - old_value), delta + hypot(high - value, old_value - old_low)


def _with_interval(kpi: Kpi) -> tuple[float, float, float] | None:
    if kpi.ci_low is None or kpi.value is None or kpi.ci_high is None:
        return None
    return kpi.ci_low, kpi.value, kpi.ci_high
