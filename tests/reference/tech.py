"""Section 7, the marts of time, tools and money, computed from the records a second time."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

from tests.reference.calls import BESIDE_THE_TOTAL, PriceBook, half_up, not_negative, of_vocabulary, quantities
from tests.reference.kpis import minutes_of, valid_turns
from tests.reference.rules import WINDOW

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tests.reference.calls import Call, Record, Turn
    from tests.reference.cases import Case, Label
    from tests.reference.rules import Rules

Row = dict[str, Any]
PARTS = ("endpointing", "stt", "llm_ttft", "tool", "tts_ttfb", "unattributed")
COMPONENTS = ("telephony", "network", "vad", "endpointing", "stt", "llm", "tool", "tts", "realtime", "platform")
COMPONENTS += ("analysis", "human", "fixed", "unknown")
INTERFACES = ("mcp", "api", "browser", "client", "system", "unknown")


def quantile(ordered: list[int], share: str) -> float | None:
    """Exact, linearly interpolated."""
    if not ordered:
        return None
    place = Decimal(share) * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (ordered[above] - ordered[below]) * (place - below))


def by_week(calls: Iterable[Call], rules: Rules) -> dict[date, list[Call]]:
    found: dict[date, list[Call]] = defaultdict(list)
    for call in calls:
        if call.started_at < rules.as_of:
            found[call.week].append(call)
    return found


def headline(calls: list[Call]) -> list[tuple[Call, Turn]]:
    """The turns whose time to first token counts: measured ones where the week has any."""
    turns = [(call, turn) for call in calls for turn in valid_turns(call)]
    measured = [pair for pair in turns if pair[1].ttft_source == "measured"]
    return measured or turns


def part(turn: Turn, name: str) -> int | None:
    if name == "ttft":
        return turn.ttft_ms
    if name == "unattributed":
        return (turn.ttft_ms or 0) - sum(turn.parts.values())
    return turn.parts.get(name)


def uses_tool(call: Call, turn: Turn) -> bool:
    return turn.parts.get("tool", 0) > 0 or any(tool.get("turn_seq") == turn.seq for tool in call.tools)


def latencies(calls: Iterable[Call], rules: Rules) -> dict[Any, Row]:
    """`mart.latency_week` for the total and for the dimensions that are its own."""
    found = {}
    for week, members in by_week(calls, rules).items():
        turns = headline(members)
        every = [(call, turn) for call in members for turn in valid_turns(call)]
        groups = {("all", "all"): turns}
        for call, turn in turns:
            groups.setdefault(("tool_turn", "tool" if uses_tool(call, turn) else "no_tool"), []).append((call, turn))
        for call, turn in every:
            groups.setdefault(("ttft_source", turn.ttft_source or ""), []).append((call, turn))
        for (dimension, segment), pairs in groups.items():
            for name in ("ttft", *PARTS):
                values = sorted(value for _, turn in pairs if (value := part(turn, name)) is not None)
                row: Row = {"n": len(values)}
                row |= {f"p{q}_ms": quantile(values, f"0.{q}") for q in (50, 90, 95, 99)}
                if name == "ttft":
                    row["slo_share"] = sum(value <= rules.slow_ms for value in values) / len(values) if values else None
                found[week, name, dimension, segment] = row
    return {key: row for key, row in found.items() if row["n"]}


def budgets(calls: Iterable[Call], rules: Rules) -> dict[Any, Row]:
    """`mart.latency_budget`."""
    found = {}
    for week, members in by_week(calls, rules).items():
        turns = sorted((turn for _, turn in headline(members)), key=lambda turn: turn.ttft_ms or 0)
        values = [turn.ttft_ms or 0 for turn in turns]
        for band, low, high in (("p50", "0.45", "0.55"), ("p95", "0.94", "0.96")) if turns else ():
            edges = (quantile(values, low) or 0, quantile(values, high) or 0)
            inside = [turn for turn in turns if edges[0] <= (turn.ttft_ms or 0) <= edges[1]]
            if not inside:
                below = values[int(Decimal(low) * (len(values) - 1))]
                above = values[ceil(Decimal(high) * (len(values) - 1))]
                inside = [turn for turn in turns if below <= (turn.ttft_ms or 0) <= above]
            for name in PARTS:
                total = sum(part(turn, name) or 0 for turn in inside)
                mean = sum(turn.ttft_ms or 0 for turn in inside) / len(inside)
                found[week, band, name] = {"n": len(inside), "mean_ms": total / len(inside), "ttft_ms": mean}
    return found


def tools(calls: Iterable[Call], cases: Iterable[Case], rules: Rules) -> dict[Any, Row]:
    """`mart.tool_week`."""
    unhandled = [case for case in cases if counts(case, rules) and case.handled is False]
    found = {}
    for week, members in by_week(calls, rules).items():
        groups: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for call in members:
            for tool in told(call) if call.eligible else ():
                for key in {("all", "all"), (tool["interface"], "all"), (tool["interface"], tool["name"])}:
                    groups[key].append(tool)
        lost = [case for case in unhandled if case.first.week == week]
        for key, group in groups.items():
            known = [tool for tool in group if "transport_ok" in tool]
            worked = [tool for tool in known if tool["transport_ok"] and tool.get("business_ok") is not False]
            judged = [tool for tool in group if "transport_ok" in tool or "error_type" in tool]
            times = sorted(value for tool in group if (value := tool["ms"]) is not None)
            blamed = [case for case in lost if any(matches(tool, key) for tool in errors(case))]
            found[week, *key] = {
                "calls": len(group),
                "success_share": len(worked) / len(known) if known else None,
                "timeouts": sum(tool.get("error_type") == "TimeoutError" for tool in group),
                "timeout_known_calls": len(judged),
                "retries": sum(tool["retry"] for tool in group),
                "p50_ms": quantile(times, "0.50"),
                "p95_ms": quantile(times, "0.95"),
                "blamed_cases": len(blamed),
                "unhandled_cases": len(lost) or None,
            }
    return found


def told(call: Call) -> list[Record]:
    """A call's tool calls with their interface, whole milliseconds, and whether they repeat a failed one."""
    found: list[Record] = []
    last: dict[str, Record] = {}
    for tool in sorted(call.tools, key=_place):
        before = last.get(tool["name"])
        failed = before is not None and before.get("transport_ok") is False
        interface = of_vocabulary(tool.get("interface"), INTERFACES) or "unknown"
        ms = not_negative(half_up(tool.get("duration_ms")))
        found.append({**tool, "interface": interface, "ms": ms, "retry": failed})
        last[tool["name"]] = tool
    return found


def _place(tool: Record) -> tuple[float, float, str]:
    start = half_up(tool.get("start_ms"))
    return (
        float("inf") if start is None else start,
        float("inf") if tool.get("turn_seq") is None else tool["turn_seq"],
        tool["id"],
    )


def matches(tool: Record, key: tuple[str, str]) -> bool:
    return key[0] in ("all", tool["interface"]) and key[1] in ("all", tool["name"])


def errors(case: Case) -> list[Record]:
    """Tool calls that failed or were refused, in eligible calls of the case's window."""
    inside = [call for call in case.eligible_calls if call.started_at < case.first.started_at + WINDOW]
    return [
        tool
        for call in inside
        for tool in told(call)
        if tool.get("transport_ok") is False or tool.get("business_ok") is False
    ]


def counts(case: Case, rules: Rules) -> bool:
    if not case.eligible_calls or not case.window:
        return False
    return rules.is_final(case.first.week) or rules.day_has_settled(case.first.day)


def money(calls: Iterable[Call], prices: PriceBook, rules: Rules) -> tuple[dict[Any, Row], dict[Any, Row]]:
    """`mart.cost_week` and `mart.cost_part_week`."""
    weeks: dict[Any, Row] = {}
    parts: dict[Any, Row] = {}
    for week, members in by_week(calls, rules).items():
        known = [call for call in members if call.counts_for_cost and call.cost_usd is not None]
        usd: dict[str, Decimal] = defaultdict(Decimal)
        split: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for call in known:
            for line in call.usage:
                component = of_vocabulary(line["component"], COMPONENTS) or "unknown"
                for unit, cost in priced(line, prices, call):
                    usd[component] += cost
                    split[component, unit] += cost
        if not known:
            continue
        usd["all"] = sum((cost for name, cost in usd.items() if name not in BESIDE_THE_TOTAL), Decimal(0))
        minutes = minutes_of(known)
        billed = [call for call in known if call.billed_s is not None]
        billed_minutes = sum((call.billed_s or Decimal(0) for call in billed), Decimal(0)) / 60
        billed_usd = sum((call.cost_usd or Decimal(0) for call in billed), Decimal(0))
        for component, cost in usd.items():
            weeks[week, component] = {"cost_usd": cost, "minutes": minutes, "calls": len(known)}
            weeks[week, component]["cost_per_call_usd"] = cost / len(known)
        if billed_minutes:
            weeks[week, "all"] |= {"billed_minutes": billed_minutes}
            weeks[week, "all"] |= {"cost_per_billed_minute_usd": billed_usd / billed_minutes}
        parts |= {(week, *key): {"cost_usd": cost} for key, cost in split.items()}
    return weeks, parts


def priced(line: Record, prices: PriceBook, call: Call) -> list[tuple[str, Decimal]]:
    """The known costs of a usage line by unit."""
    if "cost" in line:
        return [("bill", Decimal(line["cost"]["amount"]))] if line["cost"]["currency"] == "USD" else []
    day = call.started_at.date()
    costs = [(unit, prices.usd(line, unit, count, day)) for unit, count in quantities(line) if count is not None]
    return [(unit, cost) for unit, cost in costs if cost is not None]


def waste(calls: Iterable[Call], labels: dict[str, Label], rules: Rules) -> dict[Any, Row]:
    """`mart.waste_week`."""
    found: dict[Any, Row] = {}
    for week, members in by_week(calls, rules).items():
        for call in members:
            if call.environment == "production" and call.cost_usd is not None:
                row = found.setdefault((week, wasted(call, labels)), {"calls": 0, "cost_usd": Decimal(0)})
                row["calls"] += 1
                row["cost_usd"] += call.cost_usd
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
