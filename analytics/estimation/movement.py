"""Did it move: the difference of two weeks with its own interval, a verdict, and the least change that would show."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from analytics.estimation.intervals import Z

Direction = Literal["up", "down", "none"]
Verdict = Literal["improved", "worse", "higher", "lower", "no detectable change"]
#: z_0.975 + z_0.80: a change of this many standard errors is found 80 times in 100.
DETECTABLE = Z + 0.8416212335729143


@dataclass(frozen=True)
class Movement:
    """A difference of two weeks, in the unit of the metric: this week minus the week before, and its standard error."""

    change: float
    se: float

    @property
    def ci(self) -> tuple[float, float]:
        """The 95 % interval of the change."""
        return self.change - Z * self.se, self.change + Z * self.se

    @property
    def minimum_detectable(self) -> float:
        """The change that would be found 80 times in 100: (z_0.975 + z_0.80) se."""
        return DETECTABLE * self.se

    def verdict(self, direction: Direction) -> Verdict:
        """What to call it, for a metric that should go `direction`; within its interval of 0 it is no change."""
        low, high = self.ci
        if low <= 0 <= high:
            return "no detectable change"
        rises = self.change > 0
        if direction == "none":
            return "higher" if rises else "lower"
        return "improved" if rises == (direction == "up") else "worse"


@dataclass(frozen=True)
class Scores:
    """What a week's cases add to an estimate: a score per kind of case and the number of such cases.

    Attributes:
        kinds: (score, cases); the cases of all kinds together are the week's.
        design_effect: by how much unequal weights widen the variance; 1 without weights.
    """

    kinds: tuple[tuple[float, float], ...]
    design_effect: float = 1.0

    @property
    def mean(self) -> float:
        """The week's share."""
        return sum(score * cases for score, cases in self.kinds) / self.cases

    @property
    def cases(self) -> float:
        """All cases of the week."""
        return sum(cases for _, cases in self.kinds)

    @property
    def variance(self) -> float:
        """Variance of `mean`, the week taken as a sample of a process."""
        second = sum(score**2 * cases for score, cases in self.kinds) / self.cases
        return max(0.0, second - self.mean**2) / self.cases * self.design_effect


def movement(now: Scores, before: Scores, *, calibration_share_se: float = 0.0) -> Movement:
    """The difference of two weeks that were judged by one labeler and corrected by one calibration.

    change = mean_1 - mean_0,   Var = Var_1 + Var_0 + (change x calibration_share_se)^2

    What the calibration adds to both weeks cancels; what it multiplies (1 / J) scales the change, and
    `calibration_share_se` is the relative standard error of that factor, se(J) / J.
    """
    change = now.mean - before.mean
    return Movement(change, sqrt(now.variance + before.variance + (change * calibration_share_se) ** 2))


def share(value: float, cases: float, design_effect: float = 1.0) -> Scores:
    """The scores of a plain share."""
    return Scores(((1.0, value * cases), (0.0, (1 - value) * cases)), design_effect)


def widened(step: Movement, overdispersion: float | None) -> Movement:
    """The same change against ordinary weeks: Laney's sigma z, at least 1, says how much they vary beyond chance."""
    return Movement(step.change, step.se * max(overdispersion or 1.0, 1.0))


def movement_of_intervals(now: tuple[float, float, float], before: tuple[float, float, float]) -> Movement:
    """The difference of two independent values, given as value, ci_low, ci_high."""
    half = [(high - low) / 2 for _, low, high in (now, before)]
    return Movement(now[0] - before[0], sqrt(half[0] ** 2 + half[1] ** 2) / Z)
