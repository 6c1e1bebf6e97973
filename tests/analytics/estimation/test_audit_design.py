"""An allocation adds up, keeps its floors and gives the interval that it promised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.estimation.audit_design import allocate, audits_for_half_width, expected_half_width


def test_audits_go_where_doubt_is() -> None:
    assert allocate(np.array([0.5, 0.5]), np.array([0.4, 0.1]), 100).tolist() == [80, 20]
    assert allocate(np.array([0.5, 0.5]), np.array([0.4, 0.0]), 100).tolist() == [90, 10]
    assert allocate(np.array([0.7, 0.3]), np.zeros(2), 100).tolist() == [70, 30]


@given(
    strata=st.lists(st.tuples(st.integers(1, 500), st.floats(0, 0.5)), min_size=1, max_size=8), n=st.integers(1, 600)
)
def test_an_allocation_adds_up_within_floors_and_sizes(strata: list[tuple[int, float]], n: int) -> None:
    sizes = np.array([size for size, _ in strata])
    given_out = allocate(sizes / sizes.sum(), np.array([sd for _, sd in strata]), n, floor=10, sizes=sizes)
    floors = np.minimum(sizes, 10)
    assert (given_out >= floors).all()
    assert (given_out <= sizes).all()
    assert given_out.sum() == min(max(n, floors.sum()), sizes.sum())


def test_more_audits_buy_a_narrower_interval_and_the_number_for_a_width_gives_it() -> None:
    weights, sds = np.array([0.6, 0.4]), np.array([0.3, 0.45])
    widths = [expected_half_width(weights, sds, n) for n in (50, 100, 200, 400)]
    assert widths == sorted(widths, reverse=True)
    needed = audits_for_half_width(weights, sds, 0.04)
    assert expected_half_width(weights, sds, needed) == pytest.approx(0.04, rel=0.02)


def test_a_complete_audit_has_no_width() -> None:
    assert expected_half_width(np.array([1.0]), np.array([0.4]), 50, sizes=np.array([50])) == 0.0
