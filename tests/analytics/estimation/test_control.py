"""Limits by hand, the three rules, and what they call a signal in simulated series."""

import numpy as np
import pytest

from analytics.estimation.control import (
    NEAR_A_LIMIT,
    OUTSIDE,
    RUN_ON_ONE_SIDE,
    Limits,
    Point,
    judge,
    laney_limits,
    signal,
    xmr_limits,
)

FLAT = [Limits(-3.0, 0.0, 3.0, 26)] * 10


def fired(*values: float) -> str | None:
    return signal([Point(value) for value in values], FLAT[: len(values)])


def test_xmr_limits_are_the_mean_and_2_66_mean_moving_ranges() -> None:
    limits = xmr_limits([Point(value) for value in (10, 12, 11, 13)])
    half = 2.66 * (2 + 1 + 2) / 3
    assert (limits.low, limits.centre, limits.high) == pytest.approx((11.5 - half, 11.5, 11.5 + half))


def test_laney_limits_by_hand() -> None:
    limits = laney_limits([Point(0.6, 100), Point(0.7, 200), Point(0.5, 100)], 400)
    p = (60 + 140 + 50) / 400
    s = [np.sqrt(p * (1 - p) / n) for n in (100, 200, 100)]
    z = [(x - p) / one for x, one in zip((0.6, 0.7, 0.5), s, strict=True)]
    sigma = (abs(z[1] - z[0]) + abs(z[2] - z[1])) / 2 / 1.128
    assert limits.centre == pytest.approx(p)
    assert limits.high - p == pytest.approx(3 * sigma * np.sqrt(p * (1 - p) / 400))


def test_the_three_rules_and_nothing_else() -> None:
    assert fired(0, 0, 3.1) == OUTSIDE
    assert fired(0, 0, -3.1) == OUTSIDE
    assert fired(*[0.1] * 8) == RUN_ON_ONE_SIDE
    assert fired(*[0.1] * 7) is None
    assert fired(*[-0.1] * 7, 0.1) is None
    assert fired(1.6, 0.1, 1.6, 1.6) == NEAR_A_LIMIT
    assert fired(1.6, 1.6, 1.6, 0.1) is None, "it is told once, by the week that completes it"
    assert fired(1.6, -1.6, 1.6, 0.1) is None
    assert fired(1, 2.5, 0, -2.5, 1) is None


def test_a_series_that_never_moved_signals_its_first_movement() -> None:
    judged = judge([*[Point(0.0, 500)] * 10, Point(0.004, 500)], "laney_p")
    assert [one.signal for one in judged[:-1]] == [None] * 10
    assert judged[-1].signal == OUTSIDE


def test_a_short_series_has_no_limits_then_provisional_then_locked_ones() -> None:
    series = [Point(0.7 + 0.001 * (week % 3), 1_000) for week in range(40)]
    assert all(one.limits is None for one in judge(series[:5], "laney_p"))
    status = [one.limits and one.limits.status for one in judge(series, "laney_p")]
    assert status == ["provisional"] * 12 + ["baseline"] * 14 + ["locked"] * 14
    assert len({one.limits.centre for one in judge(series, "laney_p")[26:] if one.limits}) == 1


def test_a_signal_once_given_stays_whatever_comes_later() -> None:
    chance = np.random.default_rng(8)
    series = [Point(value, 5_000) for value in chance.normal(0.7, 0.01, 40)]
    whole = judge(series, "laney_p")
    for weeks in range(6, 40):
        assert judge(series[:weeks], "laney_p") == whole[:weeks]


def test_a_provisional_week_has_limits_and_neither_signal_nor_influence() -> None:
    series = [Point(0.7 + 0.001 * (week % 3), 1_000) for week in range(12)]
    *final, last = judge(series, "laney_p", [Point(0.1, 10)])
    assert final == judge(series, "laney_p")
    assert last.signal is None
    assert last.limits is not None


def simulated(chance: np.random.Generator, weeks: int, cases: int, sd: float = 0.006) -> list[Point]:
    real = np.clip(0.7 + chance.normal(0, sd, weeks), 0, 1)
    return [Point(chance.binomial(cases, share) / cases, cases) for share in real]


@pytest.mark.parametrize(("cases", "weeks"), [(77_000, 52), (3_000, 26), (300, 13)])
def test_a_stable_series_signals_in_at_most_4_percent_of_weeks(cases: int, weeks: int) -> None:
    chance = np.random.default_rng(11)
    judged = [one for _ in range(200) for one in judge(simulated(chance, weeks, cases), "laney_p")]
    assert np.mean([one.signal is not None for one in judged]) <= 0.04


@pytest.mark.parametrize("weeks", [14, 30])
def test_a_drop_of_3_points_signals_in_its_first_week(weeks: int) -> None:
    chance = np.random.default_rng(12)
    found = []
    for _ in range(300):
        *usual, last = simulated(chance, weeks, 77_000)
        found.append(judge([*usual, Point(last.value - 0.03, last.n)], "laney_p")[-1].signal is not None)
    assert np.mean(found) >= 0.9
