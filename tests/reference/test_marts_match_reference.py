"""Time, tools, money and the north star's estimates are what the contract says, for cases that are known by all means."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.reference import what_if
from tests.reference.compare import differences
from tests.reference.pipeline import Published, run
from tests.reference.receipt import Receipt
from tests.reference.rules import Rules
from tests.reference.spending import ZONE, deliver, midnight, price_book

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 25
#: Every estimator that these records must bring: a mart without a row would agree with anything.
ESTIMATORS = {"observed", "audit_corrected", "callback_corrected", "survey_corrected", "survey_only", "inferred"}
REVISED = "SELECT DISTINCT metric FROM mart.kpi_revisions WHERE reason = 'price'"
RECOGNITION = (
    "SELECT DISTINCT price_id FROM core.cost_items WHERE component = 'stt' AND price_id IS NOT NULL ORDER BY ALL"
)


@pytest.mark.slow
def test_every_mart_is_the_one_that_the_contract_defines_and_a_corrected_price_moves_history(tmp_path: Path) -> None:
    first, second = deliver(seed=21)
    landing, received = tmp_path / "landing", Receipt()
    landing.mkdir()
    # The fifth week is provisional in the first run; in the second one all are final.
    for name, content, days, stt_usd in (("1", first, 38, "0.0059"), ("2", second, 60, "0.0062")):
        (landing / f"{name}.jsonl").write_bytes(content)
        rules = Rules(midnight(days), ZONE, price_book=price_book(tmp_path, stt_usd), high_call_usd="0.05")
        published = run(tmp_path / "home", landing, rules)
        received.receive(landing, datetime.now(UTC))
        found = differences(published, received, rules)
        assert not found, f"run {name}: {len(found)} differences\n" + "\n".join(found[:SHOWN])
    assert_every_estimate_is_there(published)
    assert "cost_per_minute_usd" in {row["metric"] for row in published.rows(REVISED)}
    assert [row["price_id"][-10:] for row in published.rows(RECOGNITION)] == ["2020-01-01", "2026-04-05"]


def assert_every_estimate_is_there(published: Published) -> None:
    values = "SELECT DISTINCT estimator FROM mart.north_star_estimates WHERE dimension = 'all' AND value IS NOT NULL"
    assert {row["estimator"] for row in published.rows(values)} == ESTIMATORS
    drivers = published.rows("SELECT segment FROM mart.north_star_drivers WHERE dimension = 'use_case'")
    assert {row["segment"] for row in drivers} == {"move", "bill", "rest"}
    assert published.rows("SELECT 1 FROM mart.ttft_nps WHERE standardised_share IS NOT NULL")
    assert published.rows("SELECT 1 FROM mart.frontier WHERE on_frontier")


WORKED_EXAMPLE = {
    "turns_per_minute": 6,
    "context_tokens": 2500,
    "cached_share": 0.8,
    "output_tokens": 40,
    "gpus_per_replica": 4,
    "gpu_hour_usd": 3.13,
    "concurrent_streams": 48,
    "peak_factor": 5,
    "duty": 0.25,
    "regions": 2,
    "spare_replicas": 1,
    "staff": 2,
    "staff_usd": 220_000,
    "operations_share": 0.15,
    "outage_usd": 0,
}


@pytest.mark.parametrize(
    ("minutes", "gpus", "usd"),
    [(14, 16, "0.0675"), (100, 32, "0.0145"), (250, 64, "0.0098"), (1000, 208, "0.0070")],
)
def test_the_printed_formulas_give_the_printed_digits(minutes: int, gpus: int, usd: str) -> None:
    of, volume = what_if.fractions(WORKED_EXAMPLE), Fraction(minutes * 10**6)
    assert what_if.gpus(of, volume) == gpus
    assert f"{float(what_if.self_hosted_usd_per_year(of, volume) / volume):.4f}" == usd
