"""Section 8, cost: ratios of sums over calls whose cost is fully known, their parts, and what was wasted."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.reference.cases import counted
from tests.reference.kpis import minutes_of
from tests.reference.latency import before, grouped
from tests.reference.prices import BESIDE_THE_TOTAL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from tests.reference.calls import Call
    from tests.reference.cases import Case, Label
    from tests.reference.prices import PriceBook
    from tests.reference.rules import Rules

Row = dict[str, Any]
NOTHING = Decimal(0)


def spread_fixed_items(calls: Iterable[Call], prices: PriceBook, rules: Rules) -> None:
    """A day's part of the monthly items is shared by the connected production minutes of the day."""
    paid = [call for call in before(calls, rules) if call.counts_for_cost and call.duration_s]
    for day, members in grouped(paid, "day").items():
        seconds = sum((call.duration_s or NOTHING for call in members), NOTHING)
        for call in members:
            call.fixed_usd = prices.fixed_usd(day) * (call.duration_s or NOTHING) / seconds


def spent(call: Call) -> Decimal:
    return (call.cost_usd or NOTHING) + call.fixed_usd


def cost_weeks(calls: Iterable[Call], cases: Iterable[Case], rules: Rules) -> dict[Any, Row]:
    """`mart.cost_week`: the rows that hold a cost."""
    found: dict[Any, Row] = {}
    cases = list(cases)
    for week, members in grouped(before(calls, rules), "week").items():
        connected = [call for call in members if call.counts_for_cost]
        known = [call for call in connected if call.cost_usd is not None]
        if not known:
            continue
        usd = _by_component(known)
        minutes, all_minutes = minutes_of(known), minutes_of(connected)
        positive = [case for case in counted(cases, rules) if case.first.week == week and case.handled_positive]
        settled = [call for call in known if rules.is_final(week) or rules.day_has_settled(call.day)]
        for component, cost in usd.items():
            row: Row = {"cost_usd": cost, "minutes": minutes, "calls": len(known)}
            row["cost_per_minute_usd"] = cost / minutes if minutes else None
            row["cost_per_call_usd"] = cost / len(known)
            row["priced_share"] = minutes / all_minutes if all_minutes else None
            row["included_in_total"] = component not in BESIDE_THE_TOTAL
            if any(case.window and case.first.week == week for case in cases):
                row["handled_positive_cases"] = len(positive)
            if positive:
                part = _by_component(settled).get(component)
                row["cost_per_handled_positive_case_usd"] = None if part is None else part / len(positive)
            found[week, component] = row | _billed(known, component)
        found[week, "all"]["high_cost_calls"] = sum(spent(call) > Decimal(rules.high_call_usd) for call in known)
    return found


def _by_component(known: list[Call]) -> dict[str, Decimal]:
    """What is known to be spent, by component; a vendor's total beside its parts is in none of them."""
    usd: dict[str, Decimal] = defaultdict(Decimal)
    for call in known:
        for item in call.items:
            if item.usd is not None and (item.included or item.component in BESIDE_THE_TOTAL):
                usd[item.component] += item.usd
        if call.fixed_usd:
            usd["fixed"] += call.fixed_usd
    usd["all"] = sum((spent(call) for call in known), NOTHING)
    return dict(usd)


def _billed(known: list[Call], component: str) -> Row:
    billed = [call for call in known if call.billed_s is not None]
    minutes = sum((call.billed_s or NOTHING for call in billed), NOTHING) / 60
    usd = _by_component(billed).get(component)
    per_minute = usd / minutes if usd is not None and minutes else None
    return {"billed_minutes": minutes, "cost_per_billed_minute_usd": per_minute} if minutes else {}


def cost_parts(calls: Iterable[Call], rules: Rules) -> dict[Any, Row]:
    """`mart.cost_part_week`: the rows that hold a cost."""
    found: dict[Any, Row] = {}
    for week, members in grouped(before(calls, rules), "week").items():
        known = [call for call in members if call.counts_for_cost and call.cost_usd is not None]
        for call in known:
            for item in call.items:
                if item.usd is not None and (item.included or item.component in BESIDE_THE_TOTAL):
                    row = found.setdefault((week, item.component, item.unit, item.included), {"cost_usd": NOTHING})
                    row["cost_usd"] += item.usd
    return found


def cost_items(calls: Iterable[Call]) -> dict[Any, list[str]]:
    """`core.cost_items` by call: what each line and unit cost, and which row of the price book says so."""
    return {
        call.call_id: sorted(
            f"{item.component} {item.unit} {item.basis} {item.price_id} {item.included} "
            + ("-" if item.usd is None else f"{item.usd:.9f}")
            for item in call.items
        )
        for call in calls
        if call.items
    }


def waste(calls: Iterable[Call], labels: dict[str, Label], rules: Rules) -> dict[Any, Row]:
    """`mart.waste_week`: what came to nothing, of the total of the week; calls that reached nobody stand beside it."""
    found: dict[Any, Row] = {}
    weeks: dict[date, Decimal] = defaultdict(Decimal)
    for call in before(calls, rules):
        if call.environment == "production" and call.cost_usd is not None:
            row = found.setdefault((call.week, wasted(call, labels)), {"calls": 0, "cost_usd": NOTHING})
            row["calls"] += 1
            row["cost_usd"] += spent(call)
            weeks[call.week] += spent(call) if call.connected else NOTHING
    for (week, reason), row in found.items():
        beside = reason == "not_connected" or not weeks[week]
        row["cost_share"] = None if beside else row["cost_usd"] / weeks[week]
    return found


def wasted(call: Call, labels: dict[str, Label]) -> str:
    label = labels.get(call.call_id)
    if not call.connected:
        return "not_connected"
    if not call.eligible:
        return "ineligible"
    if call.dropped:
        return "dropped"
    failed = label is not None and label.status == "ok" and label.outcome in ("unresolved", "abandoned")
    return "failed" if failed else "none"


def price_changes(calls: Collection[Call], prices: PriceBook) -> dict[Any, Row]:
    """`mart.price_changes`: prices that took effect while calls were made, where one priced a line."""
    used: dict[str, int] = defaultdict(int)
    days = [call.started_at.date() for call in calls]
    for call in calls:
        for item in call.items:
            if item.price_id:
                used[item.price_id] += 1
    found = {}
    for row in prices.rows:
        names = {key: row[key] for key in ("component", "provider", "model", "unit")}
        earlier = [one for one in prices.rows if all(one[key] == value for key, value in names.items())]
        earlier = [one for one in earlier if one["valid_from"] < row["valid_from"]]
        price_id = "/".join((*names.values(), row["valid_from"]))
        old = max(earlier, key=lambda one: one["valid_from"], default=None)
        old_id = old and "/".join((*names.values(), old["valid_from"]))
        in_time = bool(days) and min(days).isoformat() < row["valid_from"] <= max(days).isoformat()
        if in_time and (price_id in used or old_id in used):
            found[price_id] = {"usd": Decimal(row["usd"]), "lines": used[price_id], "old_price_id": old_id}
            found[price_id]["old_usd"] = Decimal(old["usd"]) if old else None
    return found


def models_of(call: Call) -> str:
    """The language models of a call; several where it had more than one."""
    lines = [line for line in call.usage if line["component"] in ("llm", "realtime")]
    names = {line["model"] for line in lines if "model" in line}
    return "unknown" if not names else names.pop() if len(names) == 1 else "several"


def frontier(calls: Iterable[Call], cases: Iterable[Case], rules: Rules) -> dict[Any, Row]:
    """`mart.frontier` over the newest 13 weeks: cost per minute and north star by agent version and model."""
    groups: dict[tuple[str, str], tuple[list[Call], list[Case]]] = defaultdict(lambda: ([], []))
    calls = before(calls, rules)
    first = max((call.week for call in calls), default=rules.as_of.date()) - timedelta(weeks=12)
    for call in calls:
        if call.week >= first and call.counts_for_cost and call.cost_usd is not None:
            groups[call.segments["agent_version"] or "unknown", models_of(call)][0].append(call)
    for case in counted(cases, rules):
        if case.first.week >= first:
            groups[case.first.segments["agent_version"] or "unknown", models_of(case.first)][1].append(case)
    found = {}
    for key, (known, opened) in groups.items():
        decided = [case for case in opened if case.decided]
        minutes, good = minutes_of(known), sum(case.handled_positive for case in decided)
        row: Row = {"calls": len(known), "cases": len(decided), "handled_positive_cases": good}
        row["minutes"] = minutes if known else None
        if len(known) >= 30 and minutes:
            row["cost_per_minute_usd"] = sum((spent(call) for call in known), NOTHING) / minutes
        if len(decided) >= 30:
            row["north_star"] = good / len(decided)
        found[key] = row
    return found
