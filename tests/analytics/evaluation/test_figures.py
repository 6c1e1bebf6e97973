"""Figures of literal pairs, computed by hand; what cannot be computed is None."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.evaluation.figures import Cell, Pair, classes, figures, matrix, share


def pairs(table: dict[tuple[str, str | None], int], weight: float = 1.0) -> list[Pair]:
    return [Pair(truth, answer, weight) for (truth, answer), n in table.items() for _ in range(n)]


#: 20 and 15 agree, 5 and 10 do not: po = 0.7, pe = (25 x 30 + 25 x 20) / 50^2 = 0.5, kappa = 0.4.
TEXTBOOK = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}


def test_a_literal_matrix() -> None:
    found = figures(pairs(TEXTBOOK))
    assert (found.n, found.accuracy.value, found.accuracy.n) == (50, 0.7, 50)
    assert found.kappa.value == pytest.approx(0.4)
    # F1: yes 2 x 20 / (25 + 30) = 0.7273, no 2 x 15 / (25 + 20) = 0.6667
    assert found.macro_f1.value == pytest.approx((40 / 55 + 30 / 45) / 2)
    yes = classes(pairs(TEXTBOOK))[1]
    assert (yes.name, yes.sensitivity.value, yes.specificity.value) == ("yes", 0.8, 0.6)
    assert yes.precision.value == pytest.approx(20 / 30)
    # Wilson at 20 of 25, 95 %
    assert (round(yes.sensitivity.low, 4), round(yes.sensitivity.high, 4)) == (0.6087, 0.9114)


def test_the_interval_of_macro_f1_by_hand() -> None:
    # F1 = (40/55, 30/45); s = (1.1, 0.9). Slopes: yes-yes (2 - 2 F1) / s / 2, off the diagonal -(F1/s + F1'/s') / 2.
    first, second = 40 / 55, 30 / 45
    slopes = [
        ((2 - 2 * first) / 1.1 / 2, 0.4),
        ((2 - 2 * second) / 0.9 / 2, 0.3),
        (-(first / 1.1 + second / 0.9) / 2, 0.3),
    ]
    variance = (sum(p * g * g for g, p in slopes) - sum(p * g for g, p in slopes) ** 2) / 50
    found = figures(pairs(TEXTBOOK)).macro_f1
    assert found.high - found.low == pytest.approx(2 * 1.959964 * variance**0.5, rel=1e-6)


def test_an_answer_that_decides_nothing_counts_against_the_labeler_in_its_own_figure() -> None:
    found = figures(pairs(TEXTBOOK | {("yes", "unclear"): 8, ("no", None): 2}))
    assert (found.n, found.decided.value) == (60, 50 / 60)
    assert (found.accuracy.value, found.accuracy.n) == (0.7, 50)
    # po = 35 / 60; pe = (33 x 30 + 27 x 20) / 60^2, and nobody's verdict is unclear
    chance = (33 * 30 + 27 * 20) / 3600
    assert found.kappa_of_all.value == pytest.approx((35 / 60 - chance) / (1 - chance))


def test_one_class_only_has_no_kappa() -> None:
    found = figures(pairs({("yes", "yes"): 40}))
    assert (found.kappa, found.accuracy.value, found.macro_f1.value) == (None, 1.0, 1.0)
    assert found.accuracy.low == found.macro_f1.low == pytest.approx(40 / (40 + 1.959964**2), rel=1e-6)


def test_a_class_without_a_verdict_has_no_sensitivity_and_one_without_an_answer_no_precision() -> None:
    maybe, no, yes = classes(pairs({("yes", "yes"): 3, ("yes", "maybe"): 1, ("no", "yes"): 2}))
    assert (maybe.sensitivity, maybe.precision.value, maybe.specificity.value) == (None, 0.0, 5 / 6)
    assert (no.sensitivity.value, no.precision) == (0.0, None)
    assert yes.sensitivity.value == 0.75


def test_full_agreement_is_not_certainty() -> None:
    found = figures(pairs({("yes", "yes"): 20, ("no", "no"): 20}))
    # kappa at Wilson's lower limit of 40 of 40 (0.9124): (0.9124 - 0.5) / 0.5
    assert (found.kappa.value, found.kappa.high) == (1.0, 1.0)
    assert found.kappa.low == pytest.approx(0.8248, abs=1e-4)


def test_without_pairs_there_is_nothing() -> None:
    found = figures([])
    assert (found.n, found.decided, found.accuracy, found.macro_f1, found.kappa) == (0, None, None, None, None)
    assert (classes([]), matrix([])) == ([], [])


def test_the_matrix_counts_calls_and_not_weights() -> None:
    counted = matrix(pairs({("yes", "no"): 2, ("yes", None): 1}, weight=50.0))
    assert counted == [Cell("yes", None, 1), Cell("yes", "no", 2)]


def test_weights_stand_for_the_calls_that_were_not_drawn() -> None:
    # 10 calls drawn with probability 0.1, all right; 10 with probability 1, all wrong: 100 of 110 are right
    drawn = [*pairs({("yes", "yes"): 10}, weight=10.0), *pairs({("yes", "no"): 10})]
    found = share(drawn, lambda pair: pair.hit)
    assert (found.value, found.n) == (pytest.approx(100 / 110), 20)
    # Kish: (110)^2 / (10 x 100 + 10) = 11.98 calls
    equal = share(pairs({("yes", "yes"): 11, ("yes", "no"): 1}), lambda pair: pair.hit)
    assert found.high - found.low == pytest.approx(equal.high - equal.low, rel=0.05)


PAIRS = st.lists(
    st.builds(Pair, st.sampled_from("abc"), st.sampled_from(["a", "b", "c", "unclear", None])), min_size=1, max_size=50
)


@given(PAIRS, st.sampled_from([1.0, 4.0, 62.5]))
def test_every_figure_lies_in_its_interval_and_equal_weights_change_nothing(found: list[Pair], weight: float) -> None:
    plain, weighted = figures(found), figures([Pair(pair.truth, pair.answer, weight) for pair in found])
    for name in ("decided", "accuracy", "macro_f1", "kappa", "kappa_of_all"):
        one, other = getattr(plain, name), getattr(weighted, name)
        assert (one is None) == (other is None)
        if one is not None:
            assert one.low <= one.value <= one.high
            assert (other.value, other.low, other.high, other.n) == pytest.approx((one.value, one.low, one.high, one.n))


@given(PAIRS)
def test_four_times_the_calls_never_widen_an_interval(found: list[Pair]) -> None:
    few, many = figures(found), figures(found * 4)
    for name in ("decided", "accuracy", "macro_f1", "kappa"):
        one, other = getattr(few, name), getattr(many, name)
        if one is not None:
            assert other.value == pytest.approx(one.value)
            assert other.high - other.low <= one.high - one.low + 1e-12
