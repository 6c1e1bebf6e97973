"""Agreement of two reviewers, against published and hand-made tables."""

import pytest

from analytics.audit.agreement import HANDLED, agreement, gwet_ac1


def pairs(table: dict[tuple[str, str], int]) -> tuple[list[str], list[str]]:
    spread = [pair for pair, n in table.items() for _ in range(n)]
    return [one for one, _ in spread], [other for _, other in spread]


def test_gwets_own_table_where_kappa_fails() -> None:
    first, second = pairs({("+", "+"): 118, ("+", "-"): 5, ("-", "+"): 2})
    found = agreement(first, second, ("+", "-"))
    assert (found.n, found.share) == (125, pytest.approx(0.944))
    assert found.kappa == pytest.approx(-0.0234, abs=5e-5)
    assert found.ac1 == pytest.approx(0.9408, abs=5e-5)


def test_a_category_that_nobody_used_still_could_have_been() -> None:
    first, second = pairs({("yes", "yes"): 6, ("no", "no"): 2, ("yes", "no"): 2})
    # q = 0.7, 0.3, 0: pe = (0.21 + 0.21) / 2
    assert gwet_ac1(first, second, HANDLED) == pytest.approx((0.8 - 0.21) / 0.79)


def test_equal_answers_agree_although_kappa_cannot_be_computed() -> None:
    found = agreement(["yes"] * 3, ["yes"] * 3, HANDLED)
    assert (found.share, found.kappa, found.ac1) == (1.0, None, 1.0)


def test_without_pairs_nothing_is_known() -> None:
    assert agreement([], [], HANDLED).ac1 is None
