"""Cloud against self-hosting: the worked example of 14 million minutes, the staircase and where it meets the cloud."""

from math import nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.what_if import (
    TokenPrices,
    at,
    break_even_minutes,
    break_even_rows,
    cloud_usd_per_minute,
    gpus,
    input_rows,
    self_hosted_usd_per_year,
)
from analytics.sections import WhatIf
from analytics.workspace import Workspace
from tests.pipeline import call, land, refresh, rows, summarise

SHIPPED = at(WhatIf(), {})["value"]
MINI = TokenPrices(0.75e-6, 0.075e-6, 4.5e-6)
LARGE = TokenPrices(2.5e-6, 0.25e-6, 15e-6)


@pytest.mark.parametrize(
    ("minutes", "hardware", "usd"),
    [(14e6, 16, "0.0675"), (100e6, 32, "0.0145"), (250e6, 64, "0.0098"), (1000e6, 208, "0.0070")],
)
def test_the_shipped_inputs_give_the_worked_example(minutes: float, hardware: int, usd: str) -> None:
    assert gpus(SHIPPED, minutes) == hardware
    assert f"{self_hosted_usd_per_year(SHIPPED, minutes) / minutes:.4f}" == usd


@pytest.mark.parametrize(("prices", "per_minute", "per_year"), [(MINI, "0.0042", "59"), (LARGE, "0.0141", "197")])
def test_the_cloud_of_the_worked_example(prices: TokenPrices, per_minute: str, per_year: str) -> None:
    usd = cloud_usd_per_minute(SHIPPED, prices)
    assert f"{usd:.4f}" == per_minute
    assert f"{usd * 14e6 / 1000:.0f}" == per_year


def test_self_hosting_meets_the_larger_model_near_100_million_minutes_and_never_the_small_one() -> None:
    assert break_even_minutes(SHIPPED, cloud_usd_per_minute(SHIPPED, LARGE)) == pytest.approx(102.77e6, rel=1e-4)
    assert break_even_minutes(SHIPPED, cloud_usd_per_minute(SHIPPED, MINI)) is None


@given(cloud_usd=st.floats(0.007, 1))
def test_the_break_even_is_the_first_volume_at_which_self_hosting_is_no_dearer(cloud_usd: float) -> None:
    found = break_even_minutes(SHIPPED, cloud_usd)
    assert found is not None
    assert self_hosted_usd_per_year(SHIPPED, found * (1 + 1e-9)) / found <= cloud_usd * (1 + 1e-6) or (
        self_hosted_usd_per_year(SHIPPED, nextafter(found, 0)) / found <= cloud_usd * (1 + 1e-6)
    )
    for part in range(1, 400):
        volume = found * part / 400
        assert self_hosted_usd_per_year(SHIPPED, volume) / volume >= cloud_usd * (1 - 1e-9)


def test_low_and_high_enclose_the_value_and_what_calls_show_replaces_an_assumption() -> None:
    rows = list(break_even_rows(WhatIf(), {"minutes_per_year": 5e6, "turns_per_minute": 4.0}, {"mini": MINI}))
    assert {row["minutes_per_year"] for row in rows} == {5e6, *WhatIf().volumes}
    assert [row["option"] for row in rows if row["is_today"]] == ["self_hosted", "cloud mini"]
    for row in rows:
        assert row["usd_per_minute_low"] < row["usd_per_minute"] < row["usd_per_minute_high"]  # type: ignore[operator]
    shown = {row["input"]: (row["value"], row["basis"]) for row in input_rows(WhatIf(), {"turns_per_minute": 4.0})}
    assert (shown["turns_per_minute"], shown["duty"]) == ((4.0, "measured"), (0.25, "setting"))


def test_calls_without_minutes_show_no_volume_and_the_setting_stands(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00+00:00", ended_at=None)])
    refresh(workspace)
    summarise(workspace)
    (today,) = rows(workspace, "select distinct minutes_per_year as minutes from mart.break_even where is_today")
    assert today["minutes"] == WhatIf().minutes_per_year.value
