"""Intervals stay inside 0 to 1, hold the estimate and agree with the SQL."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.estimation.bounds import manski_bounds
from analytics.estimation.intervals import logit_interval, wilson
from analytics.shipped import sql


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    opened = duckdb.connect()
    opened.execute(sql("mart/_macros"))
    return opened


@settings(deadline=None)
@given(n=st.integers(1, 10**6), share=st.floats(0, 1))
def test_wilson_is_the_macro_of_the_marts(connection: duckdb.DuckDBPyConnection, n: int, share: float) -> None:
    k = round(n * share)
    assert wilson(k, n) == pytest.approx(
        connection.execute(f"select wilson_low({k}, {n}), wilson_high({k}, {n})").fetchone()
    )


def test_wilson_by_hand_and_without_trials() -> None:
    assert wilson(70, 100) == pytest.approx((0.6042, 0.7811), abs=1e-4)
    assert wilson(0, 10)[0] == 0.0
    with pytest.raises(ValueError, match="0 trials"):
        wilson(0, 0)


@given(value=st.floats(0, 1), se=st.floats(0, 0.5), df=st.floats(1, 1000))
def test_a_logit_interval_holds_its_value_and_stays_a_share(value: float, se: float, df: float) -> None:
    low, high = logit_interval(value, se, df)
    assert 0 <= low <= value + 1e-9
    assert value - 1e-9 <= high <= 1


def test_fewer_degrees_of_freedom_make_a_wider_interval_and_a_small_share_a_skewed_one() -> None:
    low, high = logit_interval(0.05, 0.02, 10)
    wide_low, wide_high = logit_interval(0.05, 0.02, 3)
    assert wide_low < low < 0.05 < high < wide_high
    assert high - 0.05 > 0.05 - low


def test_bounds_hold_every_answer_of_the_undecided() -> None:
    assert manski_bounds(60, 80, 20) == (0.6, 0.8)
    assert manski_bounds(0, 0, 0) is None
