"""An estimate with its standard error, and the reason where there is none."""

from dataclasses import dataclass
from math import inf, sqrt

from analytics.estimation.intervals import logit_interval


@dataclass(frozen=True)
class Estimate:
    """A share, 0 to 1.

    Attributes:
        value: the estimate, within 0 to 1.
        se: standard error for the real share of the week (finite population).
        n: cases (or answers) that it stands on.
        df: degrees of freedom of `se`.
        interval: an exact interval where the method has its own; else the logit interval with t.
        youden: share of a real movement that the labels show (sensitivity minus false positive share), if known.
        youden_se: its standard error.
    """

    value: float
    se: float
    n: int
    df: float = inf
    interval: tuple[float, float] | None = None
    youden: float | None = None
    youden_se: float = 0.0

    @property
    def ci(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.interval or logit_interval(self.value, self.se, self.df)


@dataclass(frozen=True)
class Refusal:
    """No number, and why."""

    reason: str
    n: int = 0


def gap(one: Estimate, other: Estimate) -> tuple[float, float, bool]:
    """Difference of two estimates of one share, its standard error, and whether it is beyond 2 of them.

    `survey_only` against the audit is the selection gap (who answers differs), `survey_corrected` against the audit the
    transport gap (the labeler errs differently on those who answer). The two are taken as independent.
    """
    difference, se = one.value - other.value, sqrt(one.se**2 + other.se**2)
    return difference, se, abs(difference) > 2 * se
