"""Records of the published tables that the page is made of: one class per table, fields named after its columns.

A field with a default may be missing in the file; the table of a part that does not exist yet gives no records.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Kpi:
    """One row of mart.kpi_week."""

    week: date
    metric: str
    dimension: str = "all"
    segment: str = "all"
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    bounds_low: float | None = None
    bounds_high: float | None = None
    n: int = 0
    estimator: str | None = None
    status: str = "absent"
    completeness: float | None = None
    coverage: float | None = None
    limit_low: float | None = None
    centre: float | None = None
    limit_high: float | None = None
    signal: str | None = None
    definition_version: int | None = None
    as_of: datetime | None = None
    previous_week: date | None = None
    change: float | None = None
    change_ci_low: float | None = None
    change_ci_high: float | None = None
    minimum_detectable_change: float | None = None


@dataclass(frozen=True)
class Cost:
    """One row of mart.cost_week; component `all` is the published total."""

    week: date
    component: str
    cost_usd: Decimal | None
    minutes: Decimal | None
    cost_per_minute_usd: float | None
    priced_share: float | None
    included_in_total: bool


@dataclass(frozen=True)
class Latency:
    """One component of the wait in one week, pooled over turns."""

    week: date
    component: str
    n: int
    p50_ms: float | None
    p95_ms: float | None
    coverage: float | None


@dataclass(frozen=True)
class Estimate:
    """One row of mart.north_star_estimates: the north star as one estimator sees it."""

    week: date
    dimension: str
    segment: str
    estimator: str
    value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    n: int | None = None
    status: str | None = None
    reason: str | None = None
    labeler_version: str | None = None


@dataclass(frozen=True)
class Driver:
    """One row of mart.north_star_drivers: what a segment added to the step of the observed north star."""

    week: date
    dimension: str
    segment: str
    mix_effect: float
    handled_effect: float
    nps_effect: float
    total_effect: float
    se: float | None = None
    q_value: float | None = None
    is_simpson: bool | None = None

    @property
    def is_real(self) -> bool:
        """Whether the effect stands out of its own noise: by the adjusted q where it is published, else by 1.96 SE."""
        if self.q_value is not None:
            return self.q_value <= MAX_FALSE_DISCOVERY_RATE
        return self.se is not None and self.se > 0 and abs(self.total_effect) > 1.96 * self.se


#: Share of false alarms that is accepted among the drivers that are called real (Benjamini and Hochberg 1995).
MAX_FALSE_DISCOVERY_RATE = 0.10


@dataclass(frozen=True)
class Revision:
    """One row of mart.kpi_revisions."""

    week: date
    metric: str
    dimension: str
    segment: str
    old_value: float | None
    new_value: float | None
    reason: str
    new_as_of: datetime


@dataclass(frozen=True)
class Release:
    """The first week in which a version had one call in a hundred; never the first week of all."""

    week: date
    agent_version: str
    share: float


@dataclass(frozen=True)
class Day:
    """Sums of a rate on one day of a final week, from mart.kpi_day."""

    day: date
    metric: str
    numerator: float
    denominator: float


@dataclass(frozen=True)
class Funnel:
    """Cases of a week on the way into the north star."""

    week: date
    opened: int
    settled: int
    decided: int
    handled: int
    surveyed: int
    handled_positive: int


@dataclass(frozen=True)
class Exclusion:
    """Calls of one week that do not count, by the first reason that holds."""

    week: date
    ineligible_reason: str
    calls: int


@dataclass(frozen=True)
class LeftOut:
    """Eligible calls of one week that a cap on the cost of labeling left without a label."""

    week: date
    calls: int


@dataclass(frozen=True)
class Judged:
    """Where the NPS classes of a week's decided cases come from, by the labeler that judged them."""

    week: date
    labeler: str
    model: str
    labeler_version: str
    surveyed: int
    inferred: int
