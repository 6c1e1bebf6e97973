"""Quantiles from counts: exact as quantile_cont, on the values themselves and over days that add up."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.build import build_mart
from analytics.metrics.registry import registry
from analytics.metrics.rollup import rollup
from analytics.shipped import sql
from benchmarks.year import write_year
from tests.pipeline import rows, workspace_at

_COUNTED = """
with counts as (select value, count(*) as counted from unnest($values::bigint[]) values(value) group by value),
ordered as (select *, sum(counted) over (order by value) as running, sum(counted) over ()::bigint as total from counts)
select counted_quantile(value, running, total, 0.5), counted_quantile(value, running, total, 0.95),
    counted_quantile(value, running, total, 0.99) from ordered
"""
_DIRECT = "select quantile_cont(value, [0.5, 0.95, 0.99]) from unnest($values::bigint[]) values(value)"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    opened = duckdb.connect()
    opened.execute(sql("mart/_macros"))
    return opened


@given(values=st.lists(st.integers(-60_000, 60_000), min_size=1, max_size=60))
def test_a_quantile_of_counts_is_the_quantile_of_the_values(
    connection: duckdb.DuckDBPyConnection, values: list[int]
) -> None:
    counted = list(connection.execute(_COUNTED, {"values": values}).fetchall()[0])
    [[direct]] = connection.execute(_DIRECT, {"values": values}).fetchall()
    assert counted == pytest.approx(direct, abs=1e-9)


def test_a_year_in_chunks_gives_the_quantiles_of_its_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.metrics.facts.CHUNK_CALLS", 100)
    with workspace_at(tmp_path / "home") as workspace:
        write_year(workspace, 2_000)
        build_mart(workspace, "latency_week")
        build_mart(workspace, "latency_day")
        total = "component = 'llm_ttft' and dimension = 'all'"
        found = rows(workspace, f"select * from mart.latency_week where {total} order by week")
        direct = rows(
            workspace,
            "select calls.week, count(*) as n, quantile_cont(llm_ttft_ms, [0.5, 0.9, 0.95, 0.99]) as quantiles"
            " from core.turns join core.calls using (call_id) group by week order by week",
        )
        days = rows(workspace, "select sum(n)::bigint as n from mart.latency_day where dimension = 'all'")
        weeks = rows(workspace, "select sum(n)::bigint as n from mart.latency_week where dimension = 'all'")
    assert [row["week"] for row in found] == [date(2025, 1, 6) + timedelta(weeks=number) for number in range(52)]
    for row, right in zip(found, direct, strict=True):
        assert (row["week"], row["n"]) == (right["week"], right["n"])
        assert [row[f"p{q}_ms"] for q in (50, 90, 95, 99)] == pytest.approx(right["quantiles"], abs=1e-9)
    assert days == weeks


def test_a_metric_of_the_registry_is_the_quantile_of_its_turns(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create or replace temp table _facts_turn as select date '2026-10-05' + 7 * (n % 2)::integer as week, headline,"
        " true as answers, ttft_ms, 'u' || n % 3 as use_case, 'v' as agent_version, null as language, 'phone' as channel,"
        " 'native' as source from (select n, n % 5 > 0 as headline, case when n % 5 > 0 then hash(n) % 900 end as ttft_ms"
        " from range(400) t(n))"
    )
    found = connection.execute(
        f"select observed_value, n, coverage from ({rollup(registry()['ttft_p95_ms'], 'week')})"
        " where dimension in ('all', 'use_case') order by period, dimension, segment"
    ).fetchall()
    direct = connection.execute(
        "select quantile_cont(ttft_ms, 0.95) filter (headline), count(*) filter (headline),"
        " count(*) filter (headline) / count(*) from _facts_turn group by grouping sets ((week), (week, use_case))"
        " order by week, use_case nulls first"
    ).fetchall()
    assert [pytest.approx(row, abs=1e-9) for row in direct] == found
