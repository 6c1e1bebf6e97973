"""Intervals in SQL against their formulas, written out again."""

import math

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.shipped import sql

Z = 1.959963984540054


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    opened = duckdb.connect()
    opened.execute(sql("mart/_macros"))
    return opened


def wilson(connection: duckdb.DuckDBPyConnection, k: int, n: int) -> tuple[float | None, float | None]:
    return connection.execute("select wilson_low($k, $n), wilson_high($k, $n)", {"k": k, "n": n}).fetchall()[0]


@given(n=st.integers(1, 10**7), share=st.floats(0, 1))
def test_wilson_is_the_score_interval(connection: duckdb.DuckDBPyConnection, n: int, share: float) -> None:
    k = round(n * share)
    centre = (k / n + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(k / n * (1 - k / n) / n + Z * Z / (4 * n * n))
    low, high = wilson(connection, k, n)
    assert low == pytest.approx(max(centre - half, 0), abs=1e-12)
    assert high == pytest.approx(min(centre + half, 1), abs=1e-12)


def test_without_trials_there_is_no_interval(connection: duckdb.DuckDBPyConnection) -> None:
    assert wilson(connection, 0, 0) == (None, None)


@pytest.mark.parametrize(("k", "n"), [(0, 30), (30, 30)])
def test_none_or_all_of_thirty_has_a_proper_interval(connection: duckdb.DuckDBPyConnection, k: int, n: int) -> None:
    low, high = wilson(connection, k, n)
    assert low is not None
    assert high is not None
    assert (low, high) == (pytest.approx(0.8864866 if k else 0), pytest.approx(1 if k else 0.1135134))


@pytest.mark.parametrize(
    ("monday", "week"), [("2025-12-29", "2026-W01"), ("2026-12-28", "2026-W53"), ("2027-01-04", "2027-W01")]
)
def test_iso_weeks_carry_their_iso_year(connection: duckdb.DuckDBPyConnection, monday: str, week: str) -> None:
    assert connection.execute("select iso_week($m::date)", {"m": monday}).fetchall() == [(week,)]
