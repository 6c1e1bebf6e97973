"""Cloud against self-hosting: what a minute of the language model costs at a volume, and where the two meet.

The cloud bills tokens, so its cost per minute does not depend on the volume. Self-hosting buys replicas, so its cost
per year is a staircase over the volume, and its cost per minute falls between two steps and jumps at each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from analytics.sections import Range, WhatIf

MINUTES_PER_YEAR = 365 * 24 * 60
HOURS_PER_YEAR = 365 * 24
#: Inputs of which more is cheaper; of all others less is.
_CHEAPER_WITH_MORE = ("cached_share", "concurrent_streams")
#: Where the staircase is given up: from here on a step adds less than a millionth.
_MAX_REPLICAS = 1_000_000


@dataclass(frozen=True)
class Inputs:
    """One value per input of `[what_if]`; units are in the names, a volume is in minutes per year."""

    turns_per_minute: float
    context_tokens: float
    cached_share: float
    output_tokens: float
    gpus_per_replica: float
    gpu_hour_usd: float
    concurrent_streams: float
    peak_factor: float
    duty: float
    regions: float
    spare_replicas: float
    staff: float
    staff_usd: float
    operations_share: float
    outage_usd: float


@dataclass(frozen=True)
class TokenPrices:
    """US dollars per token of one model in the cloud."""

    input_usd: float
    cached_usd: float
    output_usd: float


def cloud_usd_per_minute(inputs: Inputs, prices: TokenPrices) -> float:
    """Each turn sends the context, part of it cached, and receives an answer."""
    context = (1 - inputs.cached_share) * prices.input_usd + inputs.cached_share * prices.cached_usd
    per_turn = inputs.context_tokens * context + inputs.output_tokens * prices.output_usd
    return inputs.turns_per_minute * per_turn


def replicas(inputs: Inputs, minutes: float) -> int:
    """Replicas per region: those that carry the peak of a volume, and the spare ones."""
    streams = minutes / MINUTES_PER_YEAR * inputs.peak_factor * inputs.duty / inputs.regions
    return ceil(streams / inputs.concurrent_streams) + ceil(inputs.spare_replicas)


def gpus(inputs: Inputs, minutes: float) -> int:
    """GPUs of all regions."""
    return round(replicas(inputs, minutes) * inputs.gpus_per_replica * inputs.regions)


def self_hosted_usd_per_year(inputs: Inputs, minutes: float) -> float:
    """Hardware with its operation, staff, and the expected loss by outages."""
    hardware = gpus(inputs, minutes) * inputs.gpu_hour_usd * HOURS_PER_YEAR * (1 + inputs.operations_share)
    return hardware + inputs.staff * inputs.staff_usd + inputs.outage_usd


def break_even_minutes(inputs: Inputs, cloud_usd: float) -> float | None:
    """The smallest volume at which self-hosting is no dearer than the cloud; None where none is.

    Just above the next step it can be dearer again.

    Args:
        inputs: the inputs of both sides.
        cloud_usd: US dollars per minute in the cloud.
    """
    if cloud_usd <= 0:
        return None
    step = MINUTES_PER_YEAR * inputs.regions * inputs.concurrent_streams / (inputs.peak_factor * inputs.duty)
    hardware_per_step = self_hosted_usd_per_year(inputs, step * 1.5) - self_hosted_usd_per_year(inputs, step * 0.5)
    if hardware_per_step / step >= cloud_usd:
        return None
    for number in range(1, _MAX_REPLICAS):
        enough = self_hosted_usd_per_year(inputs, step * (number - 0.5)) / cloud_usd
        if enough <= step * number:
            return max(enough, step * (number - 1))
    return None


def at(setting: WhatIf, measured: Mapping[str, float | None]) -> dict[str, Inputs]:
    """The inputs as they are, and those that make a minute cheapest and dearest: value, low, high."""
    ranges = {name: effective(setting, measured, name) for name in Inputs.__dataclass_fields__}
    found = {}
    for case in ("value", "low", "high"):
        opposite = {"low": "high", "high": "low"}.get(case, case)
        chosen = {
            name: getattr(span, opposite if name in _CHEAPER_WITH_MORE else case) for name, span in ranges.items()
        }
        found[case] = Inputs(**chosen)
    return found


def effective(setting: WhatIf, measured: Mapping[str, float | None], name: str) -> Range:
    """What calls showed, where they did; else the setting."""
    seen = measured.get(name)
    if seen is None:
        return getattr(setting, name)  # type: ignore[no-any-return]
    return Range(value=seen, source="measured in the newest weeks")


def input_rows(setting: WhatIf, measured: Mapping[str, float | None]) -> list[dict[str, object]]:
    """One row per input, for mart.break_even_inputs."""
    names = ("minutes_per_year", *Inputs.__dataclass_fields__)
    return [
        {
            "input": name,
            **effective(setting, measured, name).model_dump(),
            "basis": "setting" if measured.get(name) is None else "measured",
        }
        for name in names
    ]


def break_even_rows(
    setting: WhatIf, measured: Mapping[str, float | None], models: Mapping[str, TokenPrices]
) -> Iterator[dict[str, object]]:
    """One row per volume and option, for mart.break_even."""
    inputs = at(setting, measured)
    today = effective(setting, measured, "minutes_per_year").value
    for minutes in sorted({today, *setting.volumes}):
        place = {"minutes_per_year": minutes, "is_today": minutes == today}
        usd = {case: self_hosted_usd_per_year(one, minutes) / minutes for case, one in inputs.items()}
        yield place | _row("self_hosted", minutes, usd) | {"gpus": gpus(inputs["value"], minutes)}
        for model, prices in models.items():
            usd = {case: cloud_usd_per_minute(one, prices) for case, one in inputs.items()}
            yield place | _row(f"cloud {model}", minutes, usd) | _meetings(inputs, usd)


def _row(option: str, minutes: float, usd: Mapping[str, float]) -> dict[str, object]:
    return {
        "option": option,
        "usd_per_minute": usd["value"],
        "usd_per_minute_low": usd["low"],
        "usd_per_minute_high": usd["high"],
        "usd_per_year": usd["value"] * minutes,
    }


def _meetings(inputs: Mapping[str, Inputs], usd: Mapping[str, float]) -> dict[str, object]:
    """Break-even volumes: as the inputs are, and with the inputs best and worst for self-hosting."""
    return {
        "break_even_minutes": break_even_minutes(inputs["value"], usd["value"]),
        "break_even_minutes_low": break_even_minutes(inputs["low"], usd["high"]),
        "break_even_minutes_high": break_even_minutes(inputs["high"], usd["low"]),
    }
