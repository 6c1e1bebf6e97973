"""Tool calls by interface: success, timeouts, retries, waits and blame."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tests.reference.latency import before, grouped
from tests.reference.rules import WINDOW
from tests.reference.values import half_up, not_negative, of_vocabulary, quantile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.reference.calls import Call
    from tests.reference.cases import Case
    from tests.reference.receipt import Record
    from tests.reference.rules import Rules

Row = dict[str, Any]
INTERFACES = ("mcp", "api", "browser", "client", "system", "unknown")


def tools(calls: Iterable[Call], cases: Iterable[Case], rules: Rules) -> dict[Any, Row]:
    """`mart.tool_week`."""
    unhandled = [case for case in cases if counts(case, rules) and case.handled is False]
    found = {}
    for week, members in grouped(before(calls, rules), "week").items():
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
                "timeouts": sum(is_timeout(tool) for tool in group),
                "timeout_known_calls": len(judged),
                "retries": sum(tool["retry"] for tool in group),
                "retry_share": sum(tool["retry"] for tool in group) / len(group),
                "timed_calls": len(times),
                **critical([tool["critical"] for tool in group]),
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
        waited = is_waited_for(call, tool, ms)
        found.append({**tool, "interface": interface, "ms": ms, "retry": failed, "critical": waited})
        last[tool["name"]] = tool
    return found


def _place(tool: Record) -> tuple[float, float, str]:
    start = half_up(tool.get("start_ms"))
    return (
        float("inf") if start is None else start,
        float("inf") if tool.get("turn_seq") is None else tool["turn_seq"],
        tool["id"],
    )


def is_timeout(tool: Record) -> bool:
    """The kind of error says so, in one of the spellings that libraries use."""
    said = tool.get("error_type", "").lower()
    return any(word in said for word in ("timeout", "time_out", "timed out", "timed_out", "deadline"))


def is_waited_for(call: Call, tool: Record, ms: int | None) -> bool | None:
    """Whether the caller waited for it: its turn answers, and measured time for tools or began to sound after it."""
    turns = [turn for turn in call.turns if turn.seq == tool.get("turn_seq") and turn.speaker == "agent"]
    if not turns:
        return None
    turn, start = turns[0], half_up(tool.get("start_ms"))
    if not turn.answers:
        return False
    if "tool" in turn.parts:
        return turn.parts["tool"] > 0
    return None if start is None or ms is None or turn.start_ms is None else start + ms <= turn.start_ms


def critical(known: list[bool | None]) -> Row:
    told, waited = len(known) - known.count(None), known.count(True)
    return {
        "critical_calls": waited,
        "critical_known_calls": told,
        "critical_path_share": waited / told if told else None,
    }


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
