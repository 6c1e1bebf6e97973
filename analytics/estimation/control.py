"""Process behaviour charts: what a series usually does, and the three rules that tell when it did something else."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Literal

Chart = Literal["laney_p", "xmr"]

#: Before, a series has no limits; up to the second number they are provisional; from the third on they are locked.
MIN_WEEKS, FIRM_WEEKS, LOCKED_WEEKS = 6, 12, 26
#: 3 / 1.128, the constant of the individuals chart (Wheeler 2000, Understanding Variation).
XMR_FACTOR = 2.66
_MEAN_RANGE_TO_SD = 1.128
RUN = 8
OUTSIDE = "outside a limit"
RUN_ON_ONE_SIDE = f"{RUN} in a row on one side of the centre"
NEAR_A_LIMIT = "3 of 4 nearer a limit than the centre"


@dataclass(frozen=True)
class Point:
    """One week of a series; `n` is the denominator of a proportion."""

    value: float
    n: float = 1.0


@dataclass(frozen=True)
class Limits:
    """Limits for one point, and how many weeks they stand on.

    Attributes:
        overdispersion: how much more the series varies than binomial chance (Laney's sigma z); None for XmR.
    """

    low: float
    centre: float
    high: float
    weeks: int
    overdispersion: float | None = None

    @property
    def status(self) -> Literal["provisional", "baseline", "locked"]:
        """How firm the limits are."""
        if self.weeks < FIRM_WEEKS:
            return "provisional"
        return "baseline" if self.weeks < LOCKED_WEEKS else "locked"


@dataclass(frozen=True)
class Judged:
    """Limits and signal of one point; None where the series is too short."""

    limits: Limits | None
    signal: str | None


def laney_limits(baseline: Sequence[Point], n: float) -> Limits:
    """Limits of a proportion: p_bar +- 3 sigma_z sqrt(p_bar (1 - p_bar) / n).

    sigma_z = mean |z_i - z_(i-1)| / 1.128,  z_i = (p_i - p_bar) / s_i,  s_i = sqrt(p_bar (1 - p_bar) / n_i); p_bar is
    the ratio of sums. Binomial limits alone shrink to nothing at 77 000 cases a week and call 43 % of ordinary
    weeks a signal. Source: Laney 2002, Quality Engineering 14:531.
    """
    cases = sum(point.n for point in baseline)
    centre = sum(point.value * point.n for point in baseline) / cases
    binomial = sqrt(max(centre * (1 - centre), 0.0))
    if binomial == 0:
        return Limits(centre, centre, centre, len(baseline), 1.0)
    z = [(point.value - centre) / binomial * sqrt(point.n) for point in baseline]
    overdispersion = _mean_range(z) / _MEAN_RANGE_TO_SD
    half = 3 * overdispersion * binomial / sqrt(n)
    return Limits(centre - half, centre, centre + half, len(baseline), overdispersion)


def xmr_limits(baseline: Sequence[Point]) -> Limits:
    """x_bar +- 2.66 mean moving range. Source: Wheeler 2000, Understanding Variation."""
    values = [point.value for point in baseline]
    centre, half = sum(values) / len(values), XMR_FACTOR * _mean_range(values)
    return Limits(centre - half, centre, centre + half, len(baseline))


def judge(series: Sequence[Point], chart: Chart, judged: Sequence[Point] = ()) -> list[Judged]:
    """Limits and signals of every point of one unbroken series, oldest first, and limits for `judged` points after it.

    The baseline of a point is the weeks before it, at most the first 26, at least the first 6 (which are each other's
    baseline): a week never widens the limits that it is judged by, and a signal, once given, stays.

    Args:
        series: the final weeks.
        chart: laney_p for proportions, xmr for everything else.
        judged: weeks that get limits and neither signal nor influence: provisional ones.
    """
    if len(series) < MIN_WEEKS:
        return [Judged(None, None)] * (len(series) + len(judged))
    limits = [_limits(series, place, point, chart) for place, point in enumerate(series)]
    found = [Judged(limits[place], signal(series[: place + 1], limits[: place + 1])) for place in range(len(series))]
    return found + [Judged(_limits(series, len(series), point, chart), None) for point in judged]


def signal(points: Sequence[Point], limits: Sequence[Limits]) -> str | None:
    """The first of the three rules that the last point completes, None for none."""
    position = [_position(point.value, limit) for point, limit in zip(points, limits, strict=True)]
    if abs(position[-1]) > 1:
        return OUTSIDE
    if any(len(position) >= RUN and all(side * p > 0 for p in position[-RUN:]) for side in (-1, 1)):
        return RUN_ON_ONE_SIDE
    near = [[side * p > 0.5 for p in position[-4:]] for side in (-1, 1)]
    return NEAR_A_LIMIT if any(len(one) == 4 and one[-1] and sum(one) >= 3 for one in near) else None


def _limits(series: Sequence[Point], place: int, point: Point, chart: Chart) -> Limits:
    baseline = series[: max(MIN_WEEKS, min(LOCKED_WEEKS, place))]
    return laney_limits(baseline, point.n) if chart == "laney_p" else xmr_limits(baseline)


def _position(value: float, limits: Limits) -> float:
    """0 on the centre, 1 on the upper limit, -1 on the lower one; a series that never moved has no width."""
    half = limits.high - limits.centre
    distance = value - limits.centre
    if half > 0:
        return distance / half
    # values that are equal but for rounding are no movement
    return 0.0 if abs(distance) < 1e-12 else (2.0 if distance > 0 else -2.0)


def _mean_range(values: Sequence[float]) -> float:
    ranges = [abs(after - before) for before, after in pairwise(values)]
    return sum(ranges) / len(ranges)
