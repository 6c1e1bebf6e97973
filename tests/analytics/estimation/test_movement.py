"""A movement is told from noise, in the direction of its metric."""

import numpy as np
import pytest

from analytics.estimation.movement import Movement, Scores, movement, movement_of_intervals, share, widened


def test_the_difference_of_two_shares_by_hand() -> None:
    step = movement(share(0.72, 1_000), share(0.70, 2_000))
    assert step.change == pytest.approx(0.02)
    assert step.se**2 == pytest.approx(0.72 * 0.28 / 1_000 + 0.7 * 0.3 / 2_000)


@pytest.mark.parametrize(
    ("change", "direction", "verdict"),
    [
        (0.03, "up", "improved"),
        (0.03, "down", "worse"),
        (-0.03, "down", "improved"),
        (-0.03, "none", "lower"),
        (0.019, "up", "no detectable change"),
    ],
)
def test_a_verdict_needs_an_interval_without_0(change: float, direction: str, verdict: str) -> None:
    assert Movement(change, 0.01).verdict(direction) == verdict  # type: ignore[arg-type]


def test_what_a_calibration_adds_to_both_weeks_cancels_and_what_it_multiplies_scales() -> None:
    plain = movement(share(0.5, 400), share(0.4, 400))
    now, before = (Scores(((2.0 + 0.3, q * 400), (0.3, (1 - q) * 400))) for q in (0.5, 0.4))
    scaled = movement(now, before)
    assert scaled.change == pytest.approx(2 * plain.change)
    assert scaled.se == pytest.approx(2 * plain.se)
    assert movement(now, before, calibration_share_se=0.5).se > scaled.se


def test_an_overdispersed_series_needs_a_larger_change_and_an_even_one_no_smaller() -> None:
    step = Movement(0.01, 0.004)
    assert widened(step, 3.0).se == 0.012
    assert widened(step, 0.5) == widened(step, None) == step
    assert widened(step, 3.0).verdict("up") == "no detectable change"


def test_the_least_detectable_change_is_found_four_times_in_five() -> None:
    chance, least = np.random.default_rng(3), Movement(0, 0.01).minimum_detectable
    seen = [Movement(change, 0.01).verdict("up") == "improved" for change in chance.normal(least, 0.01, 4_000)]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.03)


def test_intervals_of_two_values_make_one_of_their_difference() -> None:
    step = movement_of_intervals((10.0, 9.0, 11.0), (8.0, 7.0, 9.0))
    assert step.ci == pytest.approx((2 - np.sqrt(2), 2 + np.sqrt(2)))
