"""The marts of time, tools, money and of the north star beside what the reference says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.reference import latency, money, north_star, state, tools, what_if
from tests.reference.prices import PriceBook

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.reference.calls import Call
    from tests.reference.cases import Case, Label
    from tests.reference.pipeline import Published, Row
    from tests.reference.rules import Rules

TARGETS = {"ttft_p50_ms": 1100, "ttft_p95_ms": 2000, "ttft_slo_share": 0.95, "browser_share": 0}


def same(mine: Any, theirs: Any) -> bool:
    if mine is None or theirs is None or isinstance(mine, (str, bool)):
        return bool(mine == theirs)
    if isinstance(mine, (int, float)) or hasattr(mine, "as_integer_ratio"):
        return math.isclose(float(mine), float(theirs), rel_tol=1e-9, abs_tol=1e-9)
    return bool(mine == theirs)


def unlike(name: str, mine: Row, theirs: Row) -> list[str]:
    return [
        f"{name} {key}: contract {mine[key]!r}, pipeline {theirs.get(key)!r}"
        for key in mine
        if not same(mine[key], theirs.get(key))
    ]


def by_key(name: str, mine: dict[Any, Row], theirs: dict[Any, Row]) -> list[str]:
    found = [f"{name} {key}: not published" for key in mine.keys() - theirs.keys()]
    found += [f"{name} {key}: published, not in the contract" for key in theirs.keys() - mine.keys()]
    for key in mine.keys() & theirs.keys():
        found += unlike(f"{name} {key}", mine[key], theirs[key])
    return sorted(found)


def mart_differences(
    published: Published, calls: Collection[Call], cases: Collection[Case], labels: dict[str, Label], rules: Rules
) -> list[str]:
    """Every row that stands on a record."""
    prices, place, costs = PriceBook(rules.prices), ("dimension", "segment"), "cost_usd IS NOT NULL"
    expected: list[tuple[str, tuple[str, ...], dict[Any, Row], str]] = [
        ("latency_week", ("week", "component", *place), latency.latencies(calls, rules, "week"), "n > 0"),
        ("latency_day", ("day", "component", *place), latency.latencies(calls, rules, "day"), "n > 0"),
        ("latency_budget", ("week", "band", "component"), latency.budgets(calls, rules), "true"),
        ("ttft_nps", ("low_ms",), latency.waits_and_nps(cases, calls, rules), "n > 0"),
        ("tool_week", ("week", "interface", "tool"), tools.tools(calls, cases, rules), "true"),
        ("state_week", ("week", "measure", "kind"), state.states(calls, rules), "true"),
        ("cost_week", ("week", "component"), money.cost_weeks(calls, cases, rules), costs),
        ("cost_part_week", ("week", "component", "unit", "included_in_total"), money.cost_parts(calls, rules), costs),
        ("waste_week", ("week", "reason"), money.waste(calls, labels, rules), "true"),
        ("price_changes", ("price_id",), money.price_changes(calls, prices), "true"),
        ("frontier", ("agent_version", "model"), money.frontier(calls, cases, rules), "true"),
        ("north_star_estimates", ("week", *place, "estimator"), north_star.estimates(cases, rules),
         "n > 0 AND estimator IN ('observed', 'survey_only', 'inferred')"),
        ("north_star_estimates", ("week", *place, "estimator"), north_star.corrections(cases, rules),
         "value IS NOT NULL AND estimator IN ('callback_corrected', 'survey_corrected')"),
        ("north_star_drivers", ("week", *place), north_star.drivers(cases, rules), "segment <> 'label_correction'"),
    ]  # fmt: skip
    found = [line for name, key, mine, where in expected for line in _mart(published, name, key, mine, where)]
    return [
        *found,
        *item_differences(published, calls),
        *what_if_differences(published, calls, prices, rules),
        *target_differences(published),
    ]


def item_differences(published: Published, calls: Collection[Call]) -> list[str]:
    """`core.cost_items`, as far as it is published: of the newest weeks."""
    theirs: dict[str, list[str]] = {}
    for row in published.rows("SELECT * FROM core.cost_items"):
        usd = "-" if row["cost_usd"] is None else f"{row['cost_usd']:.9f}"
        item = f"{row['component']} {row['unit']} {row['basis']} {row['price_id']} {row['included_in_total']} {usd}"
        theirs.setdefault(row["call_id"], []).append(item)
    mine = {call_id: {"items": items} for call_id, items in money.cost_items(calls).items()}
    return by_key("cost_items", mine, {call_id: {"items": sorted(items)} for call_id, items in theirs.items()})


def what_if_differences(published: Published, calls: Collection[Call], prices: PriceBook, rules: Rules) -> list[str]:
    """The measured inputs from the calls, the costs from the inputs as they are published."""
    inputs = published.rows("SELECT * FROM mart.break_even_inputs")
    measured = {name: {"value": value} for name, value in what_if.measured(calls, rules).items() if value is not None}
    found = by_key("break_even_inputs", measured, {row["input"]: row for row in inputs if row["basis"] == "measured"})
    rows = published.rows("SELECT * FROM mart.break_even")
    grid = what_if.grid(inputs, {row["minutes_per_year"] for row in rows}, prices, rules.as_of.date())
    return found + by_key("break_even", grid, {(row["minutes_per_year"], row["option"]): row for row in rows})


def target_differences(published: Published) -> list[str]:
    """`mart.targets_week`: met or missed with the whole interval, else cannot tell."""
    totals = published.rows("SELECT * FROM mart.kpi_week WHERE dimension = 'all'")
    theirs = {(row["week"], row["metric"]): row for row in published.rows("SELECT * FROM mart.targets_week")}
    mine = {}
    for row in totals:
        if (target := TARGETS.get(row["metric"])) is not None:
            ends = [row[end] if row[end] is not None else row["value"] for end in ("ci_low", "ci_high")]
            judgement = "cannot tell" if row["value"] is None else _judged(row["metric"], row["value"], ends, target)
            mine[row["week"], row["metric"]] = {"value": row["value"], "target": target, "judgement": judgement}
    return by_key("targets_week", mine, theirs)


def _judged(metric: str, value: float, ends: list[float], target: float) -> str:
    if metric == "ttft_slo_share":
        return "met" if ends[0] >= target else "missed" if ends[1] < target else "cannot tell"
    if value == target == 0:
        return "met"
    return "met" if ends[1] <= target else "missed" if ends[0] > target else "cannot tell"


def _mart(
    published: Published, name: str, key: tuple[str, ...], mine: dict[Any, Row], where: str = "true"
) -> list[str]:
    rows = published.rows(f"SELECT * FROM mart.{name} WHERE {where}")
    theirs = {tuple(row[column] for column in key): row for row in rows}
    return by_key(name, {one if isinstance(one, tuple) else (one,): row for one, row in mine.items()}, theirs)
