"""Did it move: the difference of two weeks with its own interval, a verdict, and the least change that would show."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from analytics.estimation.intervals import Z

Verdict = Literal["improved", "worse", "higher", "lower", "no detectable change"]
#: z_0.975 + z_0.80: a change of this many standard errors is found 80 times in 100.
DETECTABLE = Z + 0.8416212335729143


@dataclass(frozen=True)
class Movement:
    """A difference of two weeks, in the unit of the metric.

    Attributes:
        change: this week minus the week before.
        se: its standard error, weeks taken as samples of a process.
    """

    change: float
    se: float

    @property
    def ci(self) -> tuple[float, float]:
        """The 95 % interval of the change."""
        return self.change - Z * self.se, self.change + Z * self.se

    @property
    def minimum_detectable(self) -> float:
        """(z_0.975 + z_0.80) se."""
        return DETECTABLE * self.se

    def verdict(self, direction: Literal["up", "down", "none"]) -> Verdict:
        """What to call it, for a metric that should go `direction`; within its interval of 0 it is no change."""
        low, high = self.ci
        if low <= 0 <= high:
            return "no detectable change"
        rises = self.change > 0
        if direction == "none":
            return "higher" if rises else "lower"
        return "improved" if rises == (direction == "up") else "worse"


def share_movement(
    now: tuple[float, float],
    before: tuple[float, float],
    *,
    overdispersion: float = 1.0,
    youden: float = 1.0,
    youden_se: float = 0.0,
) -> Movement:
    """The change of a share between two weeks.

    change = (q1 - q0) / J,   Var = s^2 [ q1 (1 - q1) / n1 + q0 (1 - q0) / n0 ] / J^2 + change^2 Var(J) / J^2
    One labeler judged both weeks, so the constant part of its error cancels, and its error rates scale the step by
    1 / J (Youden's index; 1 for a share that is observed). s is Laney's sigma z, at least 1: how much more than
    binomial chance the series varies from week to week anyway.

    Args:
        now: share of labels and number of cases (effective, where weighted) of this week.
        before: the same of the week before.
        overdispersion: s.
        youden: J.
        youden_se: its standard error.
    """
    (q1, n1), (q0, n0) = now, before
    change = (q1 - q0) / youden
    chance = max(overdispersion, 1.0) ** 2 * (q1 * (1 - q1) / n1 + q0 * (1 - q0) / n0)
    return Movement(change, sqrt(chance + (change * youden_se) ** 2) / youden)


def movement_of_intervals(now: tuple[float, float, float], before: tuple[float, float, float]) -> Movement:
    """The difference of two independent values, given as value, ci_low, ci_high."""
    half = [(high - low) / 2 for _, low, high in (now, before)]
    return Movement(now[0] - before[0], sqrt(half[0] ** 2 + half[1] ** 2) / Z)
