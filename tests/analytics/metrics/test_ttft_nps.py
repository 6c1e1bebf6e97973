"""Waits and NPS: what the bands show raw, and what is left of it once the mix of cases is the same in all of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from analytics.shipped import sql


@dataclass(frozen=True)
class Kind:
    """Cases of one stratum and wait: how many there are, and how many of them were neutral or positive."""

    use_case: str
    wait_ms: float
    n: int
    good: int

    def rows(self) -> Iterator[dict[str, Any]]:
        for number in range(self.n):
            yield {
                "case_id": f"{self.use_case}-{self.wait_ms}-{number}",
                "use_case": self.use_case,
                "language": "en",
                "uses_tools": False,
                "surveyed": number < 2,
                "neutral_to_positive": number < self.good,
                "wait_ms": self.wait_ms,
            }


#: Waits make no difference within a use case; hard cases are slow ones.
KINDS = (
    Kind("easy", 1300.0, 180, 162),
    Kind("easy", 2500.0, 20, 18),
    Kind("hard", 1300.0, 40, 20),
    Kind("hard", 2500.0, 160, 80),
    Kind("rare", 2500.0, 9, 0),
)


def bands(kinds: tuple[Kind, ...], min_n: int = 30) -> dict[str, dict[str, Any]]:
    connection = duckdb.connect()
    connection.execute(sql("mart/_macros"))
    waits = pa.Table.from_pylist([row for kind in kinds for row in kind.rows()])
    connection.register("waits", waits)
    connection.execute("create table _case_waits as select *, date '2026-10-05' as week from waits")
    found = connection.sql(sql("mart/ttft_nps"), params={"min_n": min_n}).to_arrow_table().to_pylist()
    return {row["band"]: row for row in found}


def test_slow_bands_look_worse_and_are_not_once_the_mix_is_the_same() -> None:
    found = bands(KINDS)
    fast, slow = found["1.25 to 1.5 s"], found["2 to 3 s"]
    assert (fast["raw_share"], slow["raw_share"]) == (182 / 220, 98 / 189)
    assert fast["standardised_share"] == pytest.approx(slow["standardised_share"], abs=1e-12)
    assert fast["standardised_share"] == pytest.approx((200 * 0.9 + 200 * 0.5) / 400)
    assert (fast["n"], fast["surveyed"], fast["neutral_to_positive"]) == (220, 4, 182)


def test_strata_that_a_band_lacks_are_dropped_with_their_weight() -> None:
    found = bands(KINDS)
    total = sum(kind.n for kind in KINDS)
    assert [found[band]["dropped_share"] for band in ("1.25 to 1.5 s", "2 to 3 s")] == pytest.approx([9 / total] * 2)


def test_the_interval_of_a_standardised_share_adds_the_variances_of_its_cells() -> None:
    weights = Counter[str]()
    for kind in KINDS:
        weights[kind.use_case] += kind.n
    variance = 0.0
    for kind in (kind for kind in KINDS if kind.wait_ms == 1300):
        smoothed = (kind.good + 1) / (kind.n + 2)
        variance += (weights[kind.use_case] / 400) ** 2 * smoothed * (1 - smoothed) / kind.n
    row = bands(KINDS)["1.25 to 1.5 s"]
    half = 1.959963984540054 * sqrt(variance)
    assert row["standardised_ci_low"] == pytest.approx(row["standardised_share"] - half, abs=1e-12)
    assert row["standardised_ci_high"] == pytest.approx(row["standardised_share"] + half, abs=1e-12)


def test_a_small_band_has_no_share_and_every_band_has_a_row() -> None:
    found = bands((Kind("easy", 1300.0, 29, 20),))
    assert len(found) == 6
    assert [found["1.25 to 1.5 s"][name] for name in ("n", "raw_share", "standardised_share")] == [29, None, None]
    assert found["3 s or more"]["n"] == 0


def test_a_share_that_no_stratum_supports_has_no_interval_either() -> None:
    few = tuple(Kind(f"use case {number}", 1300.0, 9, 5) for number in range(4))
    row = bands(few)["1.25 to 1.5 s"]
    assert row["raw_share"] == 20 / 36
    assert [row[f"standardised_{name}"] for name in ("share", "ci_low", "ci_high")] == [None, None, None]
