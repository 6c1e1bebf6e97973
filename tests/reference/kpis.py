"""Section 8, rates: every metric id of section 7 by week and segment, and the status of weeks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from tests.reference.values import quantile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tests.reference.calls import Call, Turn
    from tests.reference.cases import Case, Label
    from tests.reference.rules import Rules

METRICS = (
    *("north_star", "handled_rate", "neutral_to_positive_rate", "nps", "cost_per_minute_usd"),
    *("cost_per_handled_positive_case_usd", "ttft_p50_ms", "ttft_p95_ms", "ttft_slo_share", "slow_call_share"),
    *("containment_rate", "first_contact_resolution_rate", "recontact_rate", "handover_rate", "drop_rate"),
    *("reconnect_success_rate", "interruption_rate", "tool_success_rate", "browser_share", "survey_response_rate"),
    *("label_coverage", "cases", "calls"),
)
DIMENSIONS = ("use_case", "agent_version", "language", "channel", "source")
Key = tuple["date", str, str, str]
Period = Literal["week", "day"]


@dataclass(frozen=True)
class Figure:
    """One row of `mart.kpi_week`; `coverage` only where section 8 says what it is."""

    n: int
    observed: float | None
    numerator: float | None = None
    denominator: float | None = None
    coverage: float | None = None
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True)
class Week:
    status: str
    completeness: float


@dataclass
class Slice:
    """The calls and cases of one period and segment."""

    settled_days: set[date]
    week_measures_ttft: bool
    invitations_exist: bool
    calls: list[Call] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


def weeks(cases: Iterable[Case], calls: Iterable[Call], rules: Rules) -> dict[date, Week]:
    """Status and completeness of every week that has a call."""
    opened: dict[date, list[Case]] = defaultdict(list)
    for case in cases:
        if case.window:
            opened[case.first.week].append(case)
    found = {}
    for week in {call.week for call in calls if call.started_at < rules.as_of}:
        settled = [case for case in opened[week] if rules.day_has_settled(case.first.day)]
        if rules.is_final(week):
            found[week] = Week("final", 1.0)
        elif settled:
            found[week] = Week("provisional", len(settled) / len(opened[week]))
        else:
            found[week] = Week("not_publishable", 0.0)
    return found


def figures(
    cases: Iterable[Case], calls: Iterable[Call], labels: dict[str, Label], rules: Rules, period: Period = "week"
) -> dict[Key, Figure]:
    """Every metric of every week (or day) and segment that has calls."""
    calls = [call for call in calls if call.started_at < rules.as_of]
    invitations = any(case.invited for case in cases)
    measuring = {call.week for call in calls for turn in valid_turns(call) if turn.ttft_source == "measured"}
    settled = {call.day for call in calls if rules.is_final(call.week) or rules.day_has_settled(call.day)}
    opened = [case for case in cases if case.window and case.first.day in settled]
    found: dict[Key, Figure] = {}
    for dimension in ("all", *DIMENSIONS):
        parts: dict[tuple[date, str], Slice] = {}
        for call in calls:
            key = (getattr(call, period), segment_of(call, dimension))
            part = parts.setdefault(key, Slice(settled, call.week in measuring, invitations))
            part.calls.append(call)
        for case in opened:
            parts[getattr(case.first, period), segment_of(case.first, dimension)].cases.append(case)
        for (start, segment), part in parts.items():
            for metric, figure in metrics_of(part, labels, rules).items():
                found[start, metric, dimension, segment] = figure
    return found


def segment_of(call: Call, dimension: str) -> str:
    return "all" if dimension == "all" else call.segments[dimension] or "unknown"


def valid_turns(call: Call) -> list[Turn]:
    return [turn for turn in call.turns if turn.ttft_valid] if call.eligible else []


def share(numerator: int, denominator: int, coverage: float | None = None) -> Figure:
    observed = numerator / denominator if denominator else None
    return Figure(denominator, observed, numerator, denominator, coverage)


def metrics_of(part: Slice, labels: dict[str, Label], rules: Rules) -> dict[str, Figure]:
    eligible = [call for call in part.calls if call.eligible]
    return {
        "calls": Figure(len(eligible), len(eligible)),
        "cases": Figure(len(part.cases), len(part.cases)),
        **case_metrics(part),
        **call_metrics(part.calls, eligible, labels),
        **tool_metrics([tool for call in eligible for tool in call.tools]),
        **ttft_metrics(eligible, part.week_measures_ttft, rules.slow_ms),
        **cost_metrics(part),
    }


def case_metrics(part: Slice) -> dict[str, Figure]:
    cases = part.cases
    decided = [case for case in cases if case.decided]
    handled = [case for case in decided if case.handled]
    positive = [case for case in handled if case.handled_positive]
    at_first = [case for case in handled if not case.recontacted]
    answered = [case.nps_score for case in cases if case.nps_score is not None]
    invited = [case for case in cases if case.invited]
    replied = [case for case in invited if case.nps_score is not None]
    balance = sum((score >= 9) - (score <= 6) for score in answered)
    found = {
        "nps": Figure(len(answered), 100 * balance / len(answered) if answered else None, balance, len(answered)),
        "recontact_rate": share(sum(case.recontacted for case in cases), len(cases)),
        "survey_response_rate": share(len(replied), len(invited)) if part.invitations_exist else Figure(0, None),
    }
    unknown = len(cases) - len(decided)
    for metric, good, base in (
        ("north_star", positive, decided),
        ("handled_rate", handled, decided),
        ("first_contact_resolution_rate", at_first, decided),
        ("neutral_to_positive_rate", positive, handled),
    ):
        figure = share(len(good), len(base))
        everybody = len(base) + unknown
        bounds = (len(good) / everybody, (len(good) + unknown) / everybody) if everybody else None
        coverage = len(decided) / len(cases) if cases else None
        found[metric] = Figure(figure.n, figure.observed, figure.numerator, figure.denominator, coverage, bounds)
    return found


def call_metrics(calls: list[Call], eligible: list[Call], labels: dict[str, Label]) -> dict[str, Figure]:
    connected = [call for call in calls if call.counts_for_cost]
    known = [call for call in connected if call.dropped is not None]
    agent_turns = [turn for call in eligible for turn in call.turns if turn.speaker == "agent"]
    disconnects = [back for call in eligible for back in call.disconnects]
    labeled = [call for call in eligible if (label := labels.get(call.call_id)) and label.status == "ok"]
    return {
        "containment_rate": share(sum(call.handover == "none" for call in eligible), len(eligible)),
        "handover_rate": share(sum(call.handover == "completed" for call in eligible), len(eligible)),
        "label_coverage": share(len(labeled), len(eligible)),
        "drop_rate": share(sum(bool(call.dropped) for call in known), len(known)),
        "interruption_rate": share(sum(turn.interrupted for turn in agent_turns), len(agent_turns)),
        "reconnect_success_rate": share(sum(disconnects), len(disconnects)),
    }


def tool_metrics(tools: list[dict[str, Any]]) -> dict[str, Figure]:
    known = [tool for tool in tools if "transport_ok" in tool]
    worked = [tool for tool in known if tool["transport_ok"] and tool.get("business_ok") is not False]
    return {
        "tool_success_rate": share(len(worked), len(known)),
        "browser_share": share(sum(tool.get("interface") == "browser" for tool in tools), len(tools)),
    }


def ttft_metrics(eligible: list[Call], measured: bool, slow_ms: int) -> dict[str, Figure]:
    source = "measured" if measured else "derived"
    by_call = [[turn.ttft_ms or 0 for turn in valid_turns(call) if turn.ttft_source == source] for call in eligible]
    by_call = [values for values in by_call if values]
    values = sorted(value for one in by_call for value in one)
    slow_calls = sum(any(value > slow_ms for value in one) for one in by_call)
    return {
        "ttft_p50_ms": Figure(len(values), quantile(values, "0.5")),
        "ttft_p95_ms": Figure(len(values), quantile(values, "0.95")),
        "ttft_slo_share": share(sum(value <= slow_ms for value in values), len(values)),
        "slow_call_share": share(slow_calls, len(by_call)),
    }


def cost_metrics(part: Slice) -> dict[str, Figure]:
    """The cost of a case waits for settled days with all it is made of; the cost of a minute does not."""
    usd, minutes, coverage, n = _known_cost(part.calls)
    of_days, _, share_of_days, _ = _known_cost([call for call in part.calls if call.day in part.settled_days])
    positive = sum(case.handled_positive for case in part.cases)
    return {
        "cost_per_minute_usd": Figure(n, ratio(usd, minutes), usd, minutes, coverage),
        "cost_per_handled_positive_case_usd": Figure(
            positive, ratio(of_days, positive), of_days, positive, share_of_days
        ),
    }


def _known_cost(calls: list[Call]) -> tuple[float | None, float, float | None, int]:
    connected = [call for call in calls if call.counts_for_cost]
    known = [call for call in connected if call.cost_usd is not None]
    usd = float(sum((call.cost_usd or 0) + call.fixed_usd for call in known)) if known else None
    minutes, all_minutes = minutes_of(known), minutes_of(connected)
    return usd, float(minutes), float(minutes / all_minutes) if all_minutes else None, len(known)


def ratio(usd: float | None, units: float) -> float | None:
    return usd / units if usd is not None and units else None


def minutes_of(calls: list[Call]) -> Decimal:
    return sum((call.duration_s for call in calls if call.duration_s is not None), Decimal(0)) / 60
