"""The difference estimator against ppi-python, against its formula by hand, and where it refuses."""

import warnings

import numpy as np
import pytest

from analytics.estimation.difference import ordered_sum, slope, stratified_difference
from analytics.estimation.estimate import Estimate, Refusal
from analytics.estimation.label_error import corrected_share, errors_of_counts

ONE = np.zeros(4, dtype=np.int64)


def test_by_hand() -> None:
    y, f = np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 0, 0])
    found = stratified_difference(y, f, ONE, np.array([100.0]), np.array([0.4]), slopes=1.0)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.4 + 0.25)
    assert found.se**2 == pytest.approx((1 - 4 / 100) * 0.25 / 4)


def test_without_labels_it_is_the_stratified_mean_of_the_audit() -> None:
    y, f = np.array([1.0, 0, 1, 1]), np.array([0.0, 1, 0, 1])
    strata = np.array([0, 0, 1, 1])
    found = stratified_difference(y, f, strata, np.array([30.0, 10]), np.array([0.9, 0.9]), slopes=0.0)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.75 * 0.5 + 0.25 * 1.0)


def test_a_complete_audit_leaves_no_doubt_and_a_stratum_of_one_is_refused() -> None:
    y = np.array([1.0, 1, 0, 0])
    whole = stratified_difference(y, y, ONE, np.array([4.0]), np.array([0.5]))
    assert isinstance(whole, Estimate)
    assert (whole.value, whole.se) == (0.5, 0.0)
    assert isinstance(stratified_difference(y, y, np.array([0, 0, 0, 1]), np.ones(2), np.ones(2)), Refusal)


@pytest.mark.slow
@pytest.mark.parametrize("lam", [0.0, 0.6, 1.0])
def test_it_agrees_with_ppi_python(lam: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ppi_py import ppi_mean_ci, ppi_mean_pointestimate
    chance = np.random.default_rng(5)
    truth = chance.random(5_400) < 0.6
    label = np.where(chance.random(5_400) < 0.8, truth, ~truth).astype(float)
    y, f, rest = truth[:400].astype(float), label[:400], label[400:]
    ours = stratified_difference(
        y, f, np.zeros(400, dtype=np.int64), np.array([5_000.0]), np.array([rest.mean()]),
        slopes=lam, variances=np.array([rest.var()]),
    )  # fmt: skip
    assert isinstance(ours, Estimate)
    assert ours.value == pytest.approx(float(ppi_mean_pointestimate(y, f, rest, lam=lam)[0]), abs=1e-12)
    low, high = (float(end[0]) for end in ppi_mean_ci(y, f, rest, alpha=0.05, lam=lam))
    # ppi-python divides by n where we divide by n - 1
    assert ours.se == pytest.approx((high - low) / 2 / 1.959963984540054, rel=2e-3)


def test_the_slope_is_cut_and_needs_labels_that_differ() -> None:
    assert slope(np.array([0.0, 1, 1]), np.ones(3)) == 0.0
    assert slope(np.array([1.0, 0]), np.array([0.0, 1])) == 0.0
    assert slope(np.array([0.0, 1]), np.array([0.4, 0.6])) == 1.5


def test_a_sum_does_not_depend_on_the_order() -> None:
    values = np.random.default_rng(1).random(1_000) ** 9
    assert ordered_sum(values) == ordered_sum(values[::-1]) == ordered_sum(np.roll(values, 321))


def test_label_errors_are_undone_by_hand() -> None:
    found = corrected_share(0.55, 1_000, errors_of_counts(90, 100, 20, 100))
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx((0.55 - 0.2) / 0.7)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ((50, 100, 40, 100), "tell the classes apart by 0.10"),
        ((90, 100, 5, 29), "fewer than 30"),
        ((0, 0, 0, 0), "fewer"),
    ],
)
def test_labels_that_cannot_carry_a_correction_are_refused(counts: tuple[int, int, int, int], reason: str) -> None:
    found = corrected_share(0.5, 1_000, errors_of_counts(*counts))
    assert isinstance(found, Refusal)
    assert reason in found.reason
