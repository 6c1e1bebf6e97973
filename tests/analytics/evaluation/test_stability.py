"""Flips: counted, with a direction, and never certain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.evaluation.stability import Move, flips, moves_between
from analytics.labeling.interface import Label

MOVES = [
    Move("resolved", "resolved", 80),
    Move("resolved", "unresolved", 10),
    Move("unresolved", "resolved", 4),
    Move("unresolved", "unclear", 6),
]


def test_flips_and_the_shift_of_the_level() -> None:
    found = flips("outcome", MOVES, 30)
    assert (found.n, found.flips, found.flip_rate.value) == (100, 20, 0.2)
    assert (round(found.flip_rate.low, 4), round(found.flip_rate.high, 4)) == (0.1334, 0.2888)
    # 4 became resolved, 10 were; Bonett and Price: (4 - 10) / 102 -+ 1.96 sqrt((16 / 102 - (6 / 102)^2) / 102)
    assert (found.shift.value, found.shift.n) == (-0.06, 100)
    assert (found.shift.low, found.shift.high) == (pytest.approx(-0.1348, abs=1e-4), pytest.approx(0.0171, abs=1e-4))
    assert [(move.before, move.n) for move in found.moves] == [("resolved", 10), ("unresolved", 6), ("unresolved", 4)]


def test_few_calls_have_no_rate() -> None:
    found = flips("outcome", [Move("resolved", "resolved", 29)], 30)
    assert (found.n, found.flips, found.flip_rate, found.shift) == (29, 0, None, None)


def test_no_flip_is_not_certainty() -> None:
    found = flips("sentiment", [Move("neutral", "neutral", 40)], 30)
    assert (found.flip_rate.value, found.shift.value) == (0, 0)
    assert found.flip_rate.high == pytest.approx(0.0876, abs=1e-4)
    assert found.shift.low < 0 < found.shift.high


def label(outcome: str, nps: int | None, status: str = "ok") -> Label:
    return Label("c", status, outcome=outcome, nps_predicted=nps)  # type: ignore[arg-type]


def test_only_calls_with_two_answers_are_compared() -> None:
    before = [label("resolved", 7), label("resolved", 6), label("resolved", None), label("resolved", 9)]
    after = [label("resolved", 6), label("unclear", 6), label("resolved", None), label("resolved", 9, "invalid")]
    assert moves_between("outcome", before, after) == [
        Move("resolved", "resolved", 2),
        Move("resolved", "unclear", 1),
    ]
    assert moves_between("nps_class", before, after) == [
        Move("detractor", "detractor", 1),
        Move("neutral_to_positive", "detractor", 1),
        Move("unclear", "unclear", 1),
    ]


ANSWERS = st.sampled_from(["resolved", "unresolved", "unclear"])


@given(st.lists(st.builds(Move, ANSWERS, ANSWERS, st.integers(1, 40)), min_size=1, max_size=9))
def test_both_intervals_hold_their_figure(moves: list[Move]) -> None:
    found = flips("outcome", moves, 1)
    assert 0 <= found.flip_rate.low <= found.flip_rate.value <= found.flip_rate.high <= 1
    assert -1 <= found.shift.low <= found.shift.value <= found.shift.high <= 1
    back = flips("outcome", [Move(move.after, move.before, move.n) for move in moves], 1)
    assert back.shift.value == -found.shift.value
    assert back.shift.low == pytest.approx(-found.shift.high)
