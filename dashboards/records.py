"""Records of the published tables that the page is made of: one class per table, fields named after its columns."""

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
class Exclusion:
    """Calls of one week that do not count, by the first reason that holds."""

    week: date
    ineligible_reason: str
    calls: int


@dataclass(frozen=True)
class Run:
    """One run of the pipeline."""

    run_id: str
    started_at: datetime


@dataclass(frozen=True)
class Check:
    """One rule of the newest run; `n` counts its offenders."""

    check_name: str
    severity: str
    status: str
    n: int
    message: str


@dataclass(frozen=True)
class Books:
    """Landed files of one status, and what became of their rows."""

    status: str
    files: int
    rows_in: int
    rows_loaded: int
    rows_quarantined: int
    rows_superseded: int


@dataclass(frozen=True)
class Quarantined:
    """Refused lines by reason code."""

    code: str
    open_lines: int
    resolved_lines: int


@dataclass(frozen=True)
class Judged:
    """Where the NPS classes of a week's decided cases come from, by the labeler that judged them."""

    week: date
    labeler: str
    model: str
    labeler_version: str
    surveyed: int
    inferred: int
