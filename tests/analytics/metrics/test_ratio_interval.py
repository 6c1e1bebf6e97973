"""The linearised interval of a ratio of sums, with the case as its unit."""

import math
from statistics import fmean

import pytest

from analytics.workspace import Workspace
from tests.pipeline import call, land, refresh, rows, summarise


def test_cost_per_minute_varies_over_cases_and_not_over_calls(workspace: Workspace) -> None:
    calls = [
        call(f"c{n}", f"2026-10-05T{10 + n % 3}:{n:02}:00Z", customer_id=f"u{n // 2}", use_case="x",
             usage=[{"component": "llm", "cost": {"amount": f"0.{n + 10}", "currency": "USD"}}])
        for n in range(40)
    ]  # fmt: skip
    land(workspace, "1.jsonl", calls)
    refresh(workspace)
    summarise(workspace)
    (row,) = rows(workspace, "select * from mart.kpi_week where metric = 'cost_per_minute_usd' and dimension = 'all'")
    costs = [(n + 10) / 100 for n in range(40)]
    cases = [costs[n] + costs[n + 1] for n in range(0, 40, 2)]
    ratio = sum(costs) / 40
    squares = sum((cost - ratio * 2) ** 2 for cost in cases)
    half = 1.959963984540054 * math.sqrt(20 / 19 * squares) / 40
    assert row["value"] == pytest.approx(fmean(costs), abs=1e-12)
    assert (row["ci_low"], row["ci_high"]) == (
        pytest.approx(ratio - half, abs=1e-9),
        pytest.approx(ratio + half, abs=1e-9),
    )
    assert row["n"] == 40


def test_one_case_alone_does_not_vary_and_has_no_interval(workspace: Workspace) -> None:
    usage = [{"component": "llm", "cost": {"amount": "0.1", "currency": "USD"}}]
    calls = [call(f"c{n}", f"2026-10-05T10:{n:02}:00Z", case_id="one", usage=usage) for n in range(30)]
    land(workspace, "1.jsonl", calls)
    refresh(workspace)
    summarise(workspace)
    (row,) = rows(workspace, "select * from mart.kpi_week where metric = 'cost_per_minute_usd' and dimension = 'all'")
    assert (row["n"], row["value"], row["ci_low"], row["ci_high"]) == (30, pytest.approx(0.1), None, None)
