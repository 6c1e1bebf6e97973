"""Section 8, time to first token: percentiles, coverage, the budget that adds up, waits against NPS."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

from tests.reference.cases import counted
from tests.reference.kpis import DIMENSIONS, segment_of, valid_turns
from tests.reference.values import quantile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from tests.reference.calls import Call, Turn
    from tests.reference.cases import Case
    from tests.reference.rules import Rules

Row = dict[str, Any]
Waits = list[tuple["Call", "Turn"]]
PARTS = ("endpointing", "stt", "llm_ttft", "tool", "tts_ttfb", "unattributed")
SLO_TARGET = 0.95
BANDS_MS = (0, 1250, 1500, 1750, 2000, 3000)
STRATUM_MIN = 10


def before(calls: Iterable[Call], rules: Rules) -> list[Call]:
    return [call for call in calls if call.started_at < rules.as_of]


def grouped(calls: Iterable[Call], key: str) -> dict[date, list[Call]]:
    found: dict[date, list[Call]] = defaultdict(list)
    for call in calls:
        found[getattr(call, key)].append(call)
    return found


def headline_sources(calls: Iterable[Call], rules: Rules) -> dict[date, str]:
    """Which source a week's headline uses: measured values if it has any."""
    found = {}
    for week, members in grouped(before(calls, rules), "week").items():
        sources = {turn.ttft_source for call in members for turn in valid_turns(call)}
        found[week] = "measured" if "measured" in sources else "derived"
    return found


def part(turn: Turn, name: str) -> int | None:
    if name == "ttft":
        return turn.ttft_ms
    if name == "unattributed":
        return (turn.ttft_ms or 0) - sum(turn.parts.values())
    return turn.parts.get(name)


def uses_tool(call: Call, turn: Turn) -> bool:
    return turn.parts.get("tool", 0) > 0 or any(tool.get("turn_seq") == turn.seq for tool in call.tools)


def segments(call: Call, turn: Turn) -> Iterator[tuple[str, str]]:
    for dimension in ("all", *DIMENSIONS):
        yield dimension, segment_of(call, dimension)
    yield "tool_turn", "tool" if uses_tool(call, turn) else "no_tool"


def answering(calls: Iterable[Call]) -> Iterator[tuple[Call, Turn]]:
    """Every turn of an eligible call that answers its caller."""
    for call in calls:
        if call.eligible:
            yield from ((call, turn) for turn in call.turns if turn.answers)


def latencies(calls: Iterable[Call], rules: Rules, period: str) -> dict[Any, Row]:
    """`mart.latency_week` and `mart.latency_day`: the rows that stand on a value."""
    sources = headline_sources(calls, rules)
    waits: dict[Any, Waits] = defaultdict(list)
    answers: dict[Any, list[bool]] = defaultdict(list)
    for call, turn in answering(before(calls, rules)):
        start = getattr(call, period)
        for place in segments(call, turn):
            answers[start, *place].append(turn.ttft_valid)
            if turn.ttft_valid and turn.ttft_source == sources[call.week]:
                waits[start, *place].append((call, turn))
        if turn.ttft_valid:
            waits[start, "ttft_source", turn.ttft_source].append((call, turn))
    found = {}
    for (start, *place), pairs in waits.items():
        asked = answers.get((start, *place), [])
        for name in ("ttft", *PARTS):
            values = sorted(value for _, turn in pairs if (value := part(turn, name)) is not None)
            if values:
                row: Row = {"n": len(values)} | {f"p{q}_ms": quantile(values, f"0.{q}") for q in (50, 90, 95, 99)}
                more = _of_whole(values, asked, rules) if name == "ttft" else {"coverage": len(values) / len(pairs)}
                found[start, name, *place] = row | more
    if period == "week":
        _add_error_budgets(found)
    return found


def _of_whole(values: list[int], asked: list[bool], rules: Rules) -> Row:
    """What only the whole wait has: coverage of the answers, where each has its segment, and the objective."""
    within = sum(value <= rules.slow_ms for value in values)
    row: Row = {"within_slo_turns": within, "slo_share": within / len(values)}
    return row | ({"coverage": len(values) / len(asked), "valid_share": sum(asked) / len(asked)} if asked else {})


def _add_error_budgets(rows: dict[Any, Row]) -> None:
    """The slow share of the week and the three before it, against what the target allows."""
    for (week, name, *place), row in rows.items():
        if name == "ttft":
            weeks = [week - timedelta(weeks=back) for back in range(4)]
            pooled = [rows[one, name, *place] for one in weeks if (one, name, *place) in rows]
            within, turns = sum(one["within_slo_turns"] for one in pooled), sum(one["n"] for one in pooled)
            row["error_budget_used"] = (1 - within / turns) / (1 - SLO_TARGET)


def budgets(calls: Iterable[Call], rules: Rules) -> dict[Any, Row]:
    """`mart.latency_budget`."""
    sources = headline_sources(calls, rules)
    found: dict[Any, Row] = {}
    for week, members in grouped(before(calls, rules), "week").items():
        valid = [turn for call in members for turn in valid_turns(call) if turn.ttft_source == sources[week]]
        turns = sorted(valid, key=lambda turn: turn.ttft_ms or 0)
        values = [turn.ttft_ms or 0 for turn in turns]
        for band, low, high in (("p50", "0.45", "0.55"), ("p95", "0.94", "0.96")) if turns else ():
            edges = edges_of(values, low, high)
            inside = [turn for turn in turns if edges[0] <= (turn.ttft_ms or 0) <= edges[1]]
            waited = sum(turn.ttft_ms or 0 for turn in inside)
            for name in PARTS:
                known = [value for turn in inside if (value := part(turn, name)) is not None]
                measured = sum(bool(turn.parts) for turn in inside) if name == "unattributed" else len(known)
                found[week, band, name] = {
                    "n": len(inside),
                    "low_ms": edges[0],
                    "high_ms": edges[1],
                    "ttft_ms": waited / len(inside),
                    "total_ms": sum(known),
                    "mean_ms": sum(known) / len(inside),
                    "share": sum(known) / waited,
                    "coverage": measured / len(inside),
                }
    return found


def edges_of(values: list[int], low: str, high: str) -> tuple[float, float]:
    """Two quantiles; where no value lies between them, the values next to them."""
    edges = (quantile(values, low) or 0, quantile(values, high) or 0)
    if any(edges[0] <= value <= edges[1] for value in values):
        return edges
    return (values[int(Decimal(low) * (len(values) - 1))], values[ceil(Decimal(high) * (len(values) - 1))])


def waits_and_nps(cases: Iterable[Case], calls: Iterable[Call], rules: Rules) -> dict[Any, Row]:
    """`mart.ttft_nps`: bands of the 90th percentile of a case's waits, raw and standardised over strata."""
    sources = headline_sources(calls, rules)
    newest = max(sources, default=None)
    places: dict[int, list[tuple[Any, Case]]] = defaultdict(list)
    for case in counted(cases, rules):
        if newest is None or case.score is None or case.first.week <= newest - timedelta(weeks=13):
            continue
        pairs = [(call, turn) for call in case.window for turn in valid_turns(call)]
        waits = sorted(turn.ttft_ms or 0 for call, turn in pairs if turn.ttft_source == sources[call.week])
        exposure = quantile(waits, "0.9")
        if exposure is not None:
            band = max(number for number, edge in enumerate(BANDS_MS) if edge <= exposure)
            tools = any(call.tools for call in case.window)
            stratum = (case.first.segments["use_case"], case.first.segments["language"], tools)
            places[band].append((stratum, case))
    everybody = [stratum for members in places.values() for stratum, _ in members]
    found = {}
    for band, members in places.items():
        liked = sum((case.score or 0) >= 7 for _, case in members)
        row: Row = {"n": len(members), "neutral_to_positive": liked}
        row["surveyed"] = sum(case.nps_source == "survey" for _, case in members)
        row |= _standardised(members, everybody) if len(members) >= 30 else {}
        row["raw_share"] = liked / len(members) if len(members) >= 30 else None
        found[BANDS_MS[band]] = row
    return found


def _standardised(members: list[tuple[Any, Case]], everybody: list[Any]) -> Row:
    kept, total = 0, 0.0
    for stratum in set(everybody):
        scores = [(case.score or 0) >= 7 for one, case in members if one == stratum]
        if len(scores) >= STRATUM_MIN:
            weight = everybody.count(stratum)
            kept += weight
            total += weight * sum(scores) / len(scores)
    if not kept:
        return dict.fromkeys(("standardised_share", "standardised_ci_low", "standardised_ci_high")) | {
            "dropped_share": 1
        }
    return {"standardised_share": total / kept, "dropped_share": 1 - kept / len(everybody)}
