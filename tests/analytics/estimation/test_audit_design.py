"""Allocation and what a sample size buys, by hand and for any strata."""

from itertools import product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.estimation.audit_design import allocate, expected_half_width, expected_sd

STRATA = st.lists(
    st.tuples(st.integers(1, 500), st.floats(0, 0.5, allow_subnormal=False)), min_size=1, max_size=8
)  # fmt: skip


def arrays(strata: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([size for size, _ in strata]), np.array([sd for _, sd in strata])


@given(STRATA, st.integers(0, 3000))
def test_every_stratum_gets_its_floor_and_no_more_than_it_has(strata: list[tuple[int, float]], more: int) -> None:
    sizes, sds = arrays(strata)
    n = int(np.minimum(sizes, 10).sum()) + more
    drawn = allocate(sizes, sds, n)
    assert drawn.sum() == min(n, sizes.sum())
    assert (drawn >= np.minimum(sizes, 10)).all()
    assert (drawn <= sizes).all()


@given(st.lists(st.tuples(st.integers(1, 12), st.floats(0.01, 0.5)), min_size=1, max_size=3), st.integers(0, 12))
def test_no_other_allocation_has_a_smaller_variance(strata: list[tuple[int, float]], more: int) -> None:
    sizes, sds = arrays(strata)
    n = min(int(np.minimum(sizes, 1).sum()) + more, int(sizes.sum()))
    ours = expected_half_width(sizes, sds, allocate(sizes, sds, n, floor=1))
    others = [other for other in product(*(range(1, size + 1) for size in sizes)) if sum(other) == n]
    assert ours <= min(expected_half_width(sizes, sds, np.array(other)) for other in others) + 1e-12


def test_the_rest_goes_where_size_times_sd_is_the_greatest() -> None:
    drawn = allocate(np.array([1000, 1000, 2000]), np.array([0.1, 0.3, 0.3]), 100)
    assert drawn.tolist() == [10, 30, 60]


def test_without_any_spread_it_goes_by_size() -> None:
    assert allocate(np.array([100, 300]), np.zeros(2), 40).tolist() == [10, 30]


def test_too_few_for_the_floors_is_refused() -> None:
    with pytest.raises(ValueError, match="29 cases are too few for at least 10 of each of 3 strata"):
        allocate(np.array([50, 50, 50]), np.full(3, 0.3), 29)


def test_the_half_width_is_cochrans() -> None:
    sizes, sds, drawn = np.array([300, 100]), np.array([0.4, 0.2]), np.array([30, 10])
    by_hand = 1.959963984540054 * sqrt(0.75**2 * 0.9 * 0.4**2 / 30 + 0.25**2 * 0.9 * 0.2**2 / 10)
    assert expected_half_width(sizes, sds, drawn) == pytest.approx(by_hand)
    assert expected_half_width(sizes, sds, drawn, weeks=4) == pytest.approx(by_hand / 2)
    assert expected_half_width(sizes, sds, sizes) == 0


def test_past_audits_move_the_expected_spread_by_their_number() -> None:
    assert expected_sd(0.16, np.array([])) == pytest.approx(0.4)
    assert expected_sd(0.16, np.full(10, 0.3)) == pytest.approx(sqrt(0.08))
    assert expected_sd(0.0, np.array([0.5, -0.5] * 500)) == pytest.approx(0.5, abs=0.01)
