"""`mart.break_even`: cloud against self-hosting of the language model, as the formulas are printed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

from tests.reference.kpis import minutes_of
from tests.reference.latency import before

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from tests.reference.calls import Call
    from tests.reference.prices import PriceBook
    from tests.reference.rules import Rules

MINUTES_PER_YEAR = 525_600
HOURS_PER_YEAR = 8_760


def fractions(inputs: Mapping[str, float]) -> dict[str, Fraction]:
    """The decimal fractions that are meant."""
    return {name: Fraction(Decimal(str(value))) for name, value in inputs.items()}


def cloud_usd_per_minute(of: Mapping[str, Fraction], fresh: Fraction, cached: Fraction, output: Fraction) -> Fraction:
    """The cloud: c = turns/min [ ctx ((1 - k) p_in + k p_cached) + out p_out ], prices per token."""
    context = of["context_tokens"] * ((1 - of["cached_share"]) * fresh + of["cached_share"] * cached)
    return of["turns_per_minute"] * (context + of["output_tokens"] * output)


def replicas(of: Mapping[str, Fraction], minutes: Fraction) -> Fraction:
    """N(V) = ceil(V / 525600 peak duty / regions / conc) + spare, in each region."""
    load = minutes / MINUTES_PER_YEAR * of["peak_factor"] * of["duty"] / of["regions"] / of["concurrent_streams"]
    return ceil(load) + of["spare_replicas"]


def gpus(of: Mapping[str, Fraction], minutes: Fraction) -> Fraction:
    return replicas(of, minutes) * of["gpus_per_replica"] * of["regions"]


def self_hosted_usd_per_year(of: Mapping[str, Fraction], minutes: Fraction) -> Fraction:
    """F(V) = N gpus_per_replica regions gpu_h 8760 (1 + ops) + FTE fte + outages."""
    hours = gpus(of, minutes) * HOURS_PER_YEAR
    return hours * of["gpu_hour_usd"] * (1 + of["operations_share"]) + of["staff"] * of["staff_usd"] + of["outage_usd"]


def break_even_minutes(of: Mapping[str, Fraction], cloud: Fraction, steps: int = 100_000) -> Fraction | None:
    """The smallest volume at which self-hosting is no dearer: on each step of the staircase the cost is constant."""
    step = MINUTES_PER_YEAR * of["regions"] * of["concurrent_streams"] / of["peak_factor"] / of["duty"]
    for number in range(1, steps):
        needed = self_hosted_usd_per_year(of, step * number) / cloud
        if needed <= step * number:
            return max(needed, step * (number - 1))
    return None


def measured(calls: Iterable[Call], rules: Rules) -> dict[str, Fraction | None]:
    """What the newest 13 weeks show: minutes of complete weeks, turns and tokens of calls that count their tokens."""
    calls = before(calls, rules)
    first = max((call.week for call in calls), default=rules.as_of.date()) - timedelta(weeks=12)
    calls = [call for call in calls if call.week >= first]
    whole = [call for call in calls if rules.midnight(call.week + timedelta(days=7)) <= rules.as_of]
    paid = [call for call in whole if call.counts_for_cost]
    weeks = len({call.week for call in paid})
    shown = [call for call in calls if call.eligible and call.duration_s and tokens(call, "input_token") is not None]
    shown = [call for call in shown if any(turn.speaker == "agent" for turn in call.turns)]
    turns = sum(turn.speaker == "agent" for call in shown for turn in call.turns)
    fresh, cached, written, output = (
        sum((tokens(call, f"{kind}_token") or Fraction(0) for call in shown), Fraction(0))
        for kind in ("input", "cached_input", "cache_write", "output")
    )
    context = fresh + cached + written
    return {
        "minutes_per_year": Fraction(minutes_of(paid)) / weeks / 7 * 365 if weeks else None,
        "turns_per_minute": turns / Fraction(minutes_of(shown)) if shown else None,
        "context_tokens": context / turns if turns else None,
        "cached_share": cached / context if context else None,
        "output_tokens": output / turns if turns else None,
    }


def tokens(call: Call, unit: str) -> Fraction | None:
    """Tokens of the language model of one kind; None where no line counts them."""
    items = [item for item in call.items if item.component == "llm" and item.unit == unit]
    known = [Fraction(item.quantity) for item in items if item.quantity is not None]
    return sum(known, Fraction(0)) if known else None


CHEAPER_WITH_MORE = ("cached_share", "concurrent_streams")


def grid(inputs: list[dict[str, Any]], volumes: Iterable[float], prices: PriceBook, day: date) -> dict[Any, Any]:
    """`mart.break_even` from `mart.break_even_inputs`: what each option costs at each volume, and where they meet."""
    of = {case: fractions({row["input"]: row[bound(row["input"], case)] for row in inputs}) for case in CASES}
    found: dict[Any, Any] = {}
    models = {(row["provider"], row["model"]) for row in prices.rows if row["component"] == "llm"}
    for volume in volumes:
        minutes = Fraction(volume)
        usd = {case: self_hosted_usd_per_year(one, minutes) / minutes for case, one in of.items()}
        found[volume, "self_hosted"] = row_of(usd) | {"gpus": gpus(of["value"], minutes)}
        for provider, model in models:
            rates = token_prices(prices, day, provider, model)
            if rates is not None:
                cloud = {case: cloud_usd_per_minute(one, *rates) for case, one in of.items()}
                meeting = break_even_minutes(of["value"], cloud["value"], steps=2_000)
                found[volume, f"cloud {provider} {model}"] = row_of(cloud) | {"break_even_minutes": meeting}
    return found


CASES = ("value", "low", "high")


def bound(name: str, case: str) -> str:
    opposite = {"low": "high", "high": "low"}
    return opposite.get(case, case) if name in CHEAPER_WITH_MORE else case


def row_of(usd: dict[str, Fraction]) -> dict[str, Any]:
    return {
        "usd_per_minute": usd["value"],
        "usd_per_minute_low": usd["low"],
        "usd_per_minute_high": usd["high"],
    }


def token_prices(prices: PriceBook, day: date, provider: str, model: str) -> tuple[Fraction, Fraction, Fraction] | None:
    """Fresh, cached and output token; cached ones without a price of their own cost as fresh ones."""
    rates = {}
    for unit in ("input_token", "cached_input_token", "output_token"):
        row = prices.of(day, component="llm", provider=provider, model=model, unit=unit)
        rates[unit] = None if row is None else Fraction(Decimal(row["usd"])) / Fraction(Decimal(row["per"]))
    fresh, cached, output = rates.values()
    return None if fresh is None or output is None else (fresh, fresh if cached is None else cached, output)
