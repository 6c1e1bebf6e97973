"""Why the north star moved: exact effects of mix, handling and NPS per segment, on the observed counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import false_discovery_control, norm

MIN_CASES = 30
REST = "rest"


@dataclass(frozen=True)
class Counts:
    """Decided cases of a segment in one week (weighted, where a budget sampled the labels).

    Attributes:
        cases: decided cases.
        handled: those that were handled.
        good: those that were handled and neutral to positive.
        n: number of cases where they are weighted.
    """

    cases: float = 0.0
    handled: float = 0.0
    good: float = 0.0
    n: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.cases + other.cases, self.handled + other.handled, self.good + other.good, self.n + other.n)

    @property
    def handled_rate(self) -> float | None:
        """Handled / decided."""
        return self.handled / self.cases if self.cases else None

    @property
    def good_rate(self) -> float | None:
        """Neutral to positive / handled."""
        return self.good / self.handled if self.handled else None


@dataclass(frozen=True)
class Driver:
    """What one segment did to the north star, in share points; the three effects add up to the total.

    Attributes:
        n, n_before: decided cases of the two weeks.
        se: standard error of `total_effect`, binomial chance alone.
    """

    segment: str
    n: int
    n_before: int
    mix_effect: float
    handled_effect: float
    nps_effect: float
    se: float

    @property
    def total_effect(self) -> float:
        """The three effects together."""
        return self.mix_effect + self.handled_effect + self.nps_effect

    @property
    def p_value(self) -> float:
        """Two-sided, that the segment did nothing."""
        if self.se == 0:
            return 1.0 if self.total_effect == 0 else 0.0
        return float(2 * norm.sf(abs(self.total_effect) / self.se))


def drivers(now: Mapping[str, Counts], before: Mapping[str, Counts]) -> list[Driver]:
    """Effects of every segment, the largest total first; they add up to the change of the north star.

    With share w, handled rate h, neutral-to-positive rate p, x = h p, and X = sum w x; bars are means of both weeks:
        mix = (w1 - w0) (x_bar - X_bar)      handled = w_bar (h1 - h0) p_bar      nps = w_bar (p1 - p0) h_bar
    Midpoint weights leave no interaction term and treat both weeks alike (Das Gupta 1993, Standardization and
    Decomposition of Rates, US Census P23-186; Marshall 1885, Edgeworth 1887 for the midpoint).
    A segment with fewer than 30 cases in a week joins `rest`, unless it has none at all in one week: a segment that
    appears or ends is mix alone.
    """
    merged = _merged(now, before)
    totals = (_sum(counts for counts, _ in merged.values()), _sum(counts for _, counts in merged.values()))
    if not totals[0].cases or not totals[1].cases:
        return []
    found = [_driver(segment, *pair, *totals) for segment, pair in merged.items()]
    return sorted(found, key=lambda driver: (-abs(driver.total_effect), driver.segment))


def is_simpson(effects: Sequence[Driver]) -> bool:
    """Whether the segments' own rates moved the other way than the total: the mix alone turned it round."""
    rates = sum(driver.handled_effect + driver.nps_effect for driver in effects)
    total = sum(driver.total_effect for driver in effects)
    return rates * total < 0


def q_values(p_values: Sequence[float]) -> list[float]:
    """Benjamini-Hochberg: the share of false drivers to expect among those at or below each.

    Source: Benjamini, Hochberg 1995, JRSS B 57:289.
    """
    return [float(q) for q in false_discovery_control(np.asarray(p_values))] if p_values else []


def _merged(now: Mapping[str, Counts], before: Mapping[str, Counts]) -> dict[str, tuple[Counts, Counts]]:
    pairs: dict[str, tuple[Counts, Counts]] = {}
    for segment in sorted({*now, *before}):
        pair = now.get(segment, Counts()), before.get(segment, Counts())
        counted = [one.n for one in pair if one.n]
        if not counted:  # eligible cases, none of them decided: no part of the north star
            continue
        name = segment if min(counted) >= MIN_CASES else REST
        earlier = pairs.get(name, (Counts(), Counts()))
        pairs[name] = (earlier[0] + pair[0], earlier[1] + pair[1])
    return pairs


def _sum(parts: Iterable[Counts]) -> Counts:
    return sum(parts, Counts())


def _driver(segment: str, now: Counts, before: Counts, all_now: Counts, all_before: Counts) -> Driver:
    w1, w0 = now.cases / all_now.cases, before.cases / all_before.cases
    h1, h0 = _both(now.handled_rate, before.handled_rate)
    p1, p0 = _both(now.good_rate, before.good_rate)
    middle = (all_now.good / all_now.cases + all_before.good / all_before.cases) / 2
    variance = _variance(w1, h1 * p1, middle, all_now.n) + _variance(w0, h0 * p0, middle, all_before.n)
    return Driver(
        segment,
        now.n,
        before.n,
        mix_effect=(w1 - w0) * ((h1 * p1 + h0 * p0) / 2 - middle),
        handled_effect=(w1 + w0) / 2 * (h1 - h0) * (p1 + p0) / 2,
        nps_effect=(w1 + w0) / 2 * (p1 - p0) * (h1 + h0) / 2,
        se=sqrt(variance),
    )


def _both(now: float | None, before: float | None) -> tuple[float, float]:
    """Two rates; one that is unknown counts as unchanged, since nobody saw it move."""
    known = [rate for rate in (now, before) if rate is not None] or [0.0]
    return (known[0] if now is None else now), (known[-1] if before is None else before)


def _variance(w: float, x: float, middle: float, n: int) -> float:
    """Variance of the mean of 1{segment} (good - X_bar) over the n cases of a week."""
    if n == 0:
        return 0.0
    mean = w * (x - middle)
    return max(0.0, w * (x * (1 - 2 * middle) + middle**2) - mean**2) / n


def two_factors(now: Counts, before: Counts) -> Driver:
    """The total as handling and NPS alone: (h1 - h0) p_bar + (p1 - p0) h_bar."""
    return _driver("all", now, before, now, before)
