"""Records of the constraints that serve the north star: where the wait goes, tools, calls, and what money buys."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class BudgetPart:
    """One row of mart.latency_budget: mean of a part of the wait over the turns of a band."""

    week: date
    band: str
    component: str
    mean_ms: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class Tool:
    """One row of mart.tool_week; tool `all` is its interface, interface `all` everything."""

    week: date
    interface: str
    tool: str
    calls: int
    success_share: float | None = None
    success_ci_low: float | None = None
    success_ci_high: float | None = None
    timeout_share: float | None = None
    retry_share: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    blame_share: float | None = None


@dataclass(frozen=True)
class TtftBand:
    """One row of mart.ttft_nps: the neutral-to-positive share of cases whose answers came this fast."""

    band: str
    low_ms: int
    n: int | None = None
    surveyed: int | None = None
    raw_share: float | None = None
    standardised_share: float | None = None
    standardised_ci_low: float | None = None
    standardised_ci_high: float | None = None


@dataclass(frozen=True)
class Version:
    """One row of mart.frontier: what a minute cost with an agent version and a model, and how well its cases went."""

    agent_version: str | None
    model: str | None
    cases: int | None = None
    cost_per_minute_usd: float | None = None
    cost_ci_low: float | None = None
    cost_ci_high: float | None = None
    north_star: float | None = None
    north_star_ci_low: float | None = None
    north_star_ci_high: float | None = None
    on_frontier: bool | None = None

    @property
    def name(self) -> str:
        """Version and model, as far as they are known."""
        return " / ".join(part for part in (self.agent_version, self.model) if part) or "unknown"


@dataclass(frozen=True)
class BreakEven:
    """One row of mart.break_even: US dollars per minute of the language model at a yearly volume."""

    minutes_per_year: float
    option: str
    usd_per_minute: float | None = None
    usd_per_minute_low: float | None = None
    usd_per_minute_high: float | None = None
    is_today: bool | None = None


@dataclass(frozen=True)
class CallState:
    """One row of mart.state_week: how often something happened in calls, among the calls that can know it."""

    week: date
    measure: str
    kind: str
    numerator: int
    denominator: int
    share: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    coverage: float | None = None


@dataclass(frozen=True)
class Waste:
    """One row of mart.waste_week; reason `none` was not wasted, `not_connected` stands beside the total."""

    week: date
    reason: str
    calls: int
    cost_usd: Decimal | None = None
    minutes: Decimal | None = None
    cost_share: float | None = None


@dataclass(frozen=True)
class CostPart:
    """One row of mart.cost_part_week: a component by the unit that is paid for."""

    week: date
    component: str
    unit: str | None  # a usage line may name its component alone
    quantity: Decimal | None = None
    cost_usd: Decimal | None = None
    cost_per_minute_usd: float | None = None
    lines: int = 0
    unpriced_lines: int = 0


@dataclass(frozen=True)
class PriceChange:
    """One row of mart.price_changes: US dollars for `per` units, before and after."""

    week: date
    valid_from: date
    component: str
    provider: str | None
    model: str | None
    unit: str
    usd: Decimal
    per: int
    old_usd: Decimal | None = None
    old_per: int | None = None

    @property
    def name(self) -> str:
        """Component and model, else provider, as far as they are known."""
        return " ".join(part for part in (self.component, self.model or self.provider) if part)
