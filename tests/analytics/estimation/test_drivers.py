"""Drivers add up exactly, name the injected cause and are silent about noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.estimation.drivers import REST, Counts, drivers, is_simpson, q_values, two_factors


def counts(cases: int, handled: int, good: int) -> Counts:
    return Counts(cases, handled, good, cases)


def change(now: dict[str, Counts], before: dict[str, Counts]) -> float:
    def star(week: dict[str, Counts]) -> float:
        return sum(one.good for one in week.values()) / sum(one.cases for one in week.values())

    return star(now) - star(before)


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, Counts]:
    found = {}
    for segment in draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True)):
        cases = draw(st.integers(1, 400))
        handled = draw(st.integers(0, cases))
        found[segment] = counts(cases, handled, draw(st.integers(0, handled)))
    return found


@given(now=weeks(), before=weeks())
def test_the_effects_add_up_to_the_change_whatever_the_segments(
    now: dict[str, Counts], before: dict[str, Counts]
) -> None:
    found = drivers(now, before)
    assert sum(driver.total_effect for driver in found) == pytest.approx(change(now, before), abs=1e-9)
    assert all(driver.segment == REST or min(d for d in (driver.n, driver.n_before) if d) >= 30 for driver in found)


def test_two_factors_by_hand() -> None:
    found = two_factors(counts(10_000, 8_400, 7_014), counts(10_000, 8_200, 7_052))
    assert found.handled_effect == pytest.approx(0.02 * (0.86 + 0.835) / 2)
    assert found.nps_effect == pytest.approx(-0.025 * 0.83)
    assert found.mix_effect == 0


def test_rates_up_everywhere_and_the_total_down_is_the_mix() -> None:
    before = {"easy": counts(600, 540, 540), "hard": counts(400, 120, 120)}
    now = {"easy": counts(400, 368, 368), "hard": counts(600, 192, 192)}
    found = drivers(now, before)
    assert change(now, before) < 0
    assert is_simpson(found)
    assert all(driver.mix_effect < 0 and driver.handled_effect > 0 for driver in found)


def test_small_segments_are_the_rest_and_a_new_one_is_mix_alone() -> None:
    before = {"a": counts(500, 400, 350), "tiny": counts(29, 9, 9), "small": counts(10, 1, 1)}
    now = {"a": counts(500, 400, 350), "tiny": counts(31, 9, 9), "new": counts(100, 50, 40)}
    found = {driver.segment: driver for driver in drivers(now, before)}
    assert set(found) == {"a", REST, "new"}
    assert (found[REST].n, found[REST].n_before) == (31, 39)
    assert (found["new"].handled_effect, found["new"].nps_effect) == (0, 0)
    assert found["new"].mix_effect < 0


def test_a_segment_without_a_decided_case_in_both_weeks_drives_nothing() -> None:
    found = drivers({"a": counts(40, 30, 20), "b": Counts()}, {"a": counts(50, 30, 20), "b": Counts()})
    assert [driver.segment for driver in found] == ["a"]


def test_a_week_without_cases_has_no_drivers() -> None:
    assert drivers({}, {"a": counts(40, 30, 20)}) == []


def test_benjamini_hochberg_by_hand() -> None:
    assert q_values([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert q_values([]) == []


def simulated(chance: np.random.Generator, drop_in: str | None) -> dict[str, Counts]:
    found = {}
    for segment, share, handled_rate in (("a", 0.4, 0.9), ("b", 0.3, 0.7), ("c", 0.2, 0.8), ("d", 0.1, 0.6)):
        cases = chance.binomial(8_000, share)
        handled = chance.binomial(cases, handled_rate - (0.12 if segment == drop_in else 0))
        found[segment] = counts(cases, handled, chance.binomial(handled, 0.9))
    return found


def test_the_injected_driver_ranks_first_and_noise_is_rarely_called_one() -> None:
    chance = np.random.default_rng(4)
    first, false_alarms = 0, 0
    for _ in range(200):
        found = drivers(simulated(chance, "c"), simulated(chance, None))
        first += found[0].segment == "c" and abs(found[0].handled_effect) > abs(found[0].nps_effect)
        quiet = drivers(simulated(chance, None), simulated(chance, None))
        false_alarms += min(q_values([driver.p_value for driver in quiet])) < 0.05
    assert first >= 195
    assert false_alarms <= 20


def test_the_standard_error_is_that_of_repeated_weeks() -> None:
    chance = np.random.default_rng(6)
    totals = []
    for _ in range(1_500):
        found = {driver.segment: driver for driver in drivers(simulated(chance, None), simulated(chance, None))}
        totals.append((found["b"].total_effect, found["b"].se))
    effects, errors = np.array(totals).T
    assert effects.std() == pytest.approx(errors.mean(), rel=0.08)
