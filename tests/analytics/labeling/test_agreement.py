"""Agreement figures equal their definitions and stay within their bounds."""

from math import isclose, sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.labeling.agreement import (
    accuracy,
    cohen_kappa,
    confusion,
    macro_f1,
    majority_share,
    sensitivity,
    specificity,
    wilson,
)

PAIRS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1, max_size=60)


def table_of(pairs):
    return confusion([true for true, _ in pairs], [answer for _, answer in pairs])


@given(PAIRS)
def test_the_confusion_counts_every_case_once(pairs):
    table = table_of(pairs)

    assert table.n == len(pairs)
    for row, true in enumerate(table.labels):
        for column, answer in enumerate(table.labels):
            assert table.counts[row, column] == pairs.count((true, answer))


@given(PAIRS)
def test_accuracy_is_the_share_of_equal_pairs(pairs):
    assert isclose(accuracy(table_of(pairs)).value, sum(true == answer for true, answer in pairs) / len(pairs))


@given(PAIRS)
def test_always_answering_the_majority_has_the_majority_share_as_accuracy_and_no_kappa(pairs):
    truth = [true for true, _ in pairs]
    majority = max(sorted(set(truth)), key=truth.count)
    table = confusion(truth, [majority] * len(truth))

    assert isclose(accuracy(table).value, majority_share(table_of(pairs)))
    kappa = cohen_kappa(table)
    assert kappa is None or isclose(kappa.value, 0, abs_tol=1e-12)


@given(PAIRS)
def test_kappa_is_symmetric_and_at_most_one_and_inside_its_interval(pairs):
    kappa = cohen_kappa(table_of(pairs))
    assume(kappa is not None)

    assert -1 <= kappa.low <= kappa.value <= kappa.high <= 1
    assert isclose(kappa.value, cohen_kappa(table_of([(answer, true) for true, answer in pairs])).value, abs_tol=1e-12)


@given(st.lists(st.sampled_from("ab"), min_size=2, max_size=40))
def test_full_agreement_on_two_labels_is_a_kappa_of_one(labels):
    assume(len(set(labels)) > 1)

    assert isclose(cohen_kappa(confusion(labels, labels)).value, 1)


@given(PAIRS)
def test_the_interval_of_kappa_is_that_of_the_published_formula(pairs):
    """Fleiss, Cohen and Everitt (1969), written out cell by cell."""
    table = table_of(pairs)
    kappa = cohen_kappa(table, confidence=0.5)
    assume(kappa is not None and kappa.value < 1)
    p = table.counts / table.n
    row, column = p.sum(axis=1), p.sum(axis=0)
    po, pe = np.trace(p), (row * column).sum()
    size = range(len(p))
    agreeing = sum(p[i, i] * ((1 - pe) - (column[i] + row[i]) * (1 - po)) ** 2 for i in size)
    others = (1 - po) ** 2 * sum(p[i, j] * (column[i] + row[j]) ** 2 for i in size for j in size if i != j)
    variance = max(0, agreeing + others - (po * pe - 2 * pe + po) ** 2) / (table.n * (1 - pe) ** 4)
    half_width = 0.6744897501960817 * sqrt(variance)

    assert isclose(kappa.high, min(1, kappa.value + half_width), abs_tol=1e-6)
    assert isclose(kappa.low, max(-1, kappa.value - half_width), abs_tol=1e-6)


def test_kappa_of_a_textbook_table():
    table = confusion(["y"] * 25 + ["n"] * 25, ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15)

    assert isclose(cohen_kappa(table).value, 0.4)


def test_macro_f1_weighs_labels_and_not_cases():
    table = confusion(["a"] * 8 + ["b"] * 2, ["a"] * 10)

    assert isclose(macro_f1(table).value, (16 / 18 + 0) / 2)


@given(PAIRS)
def test_sensitivity_and_specificity_are_shares_of_their_own_cases(pairs):
    table = table_of(pairs)
    positives = [answer == "a" for true, answer in pairs if true == "a"]
    others = [answer != "a" for true, answer in pairs if true != "a"]

    for estimate, hits in ((sensitivity(table, "a"), positives), (specificity(table, "a"), others)):
        if not hits:
            assert estimate is None
        else:
            assert (estimate.n, estimate.value) == (len(hits), sum(hits) / len(hits))
            assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


@given(st.integers(0, 200), st.integers(1, 200))
def test_a_wilson_interval_holds_its_share_and_narrows_with_more_cases(hits, n):
    assume(hits <= n)
    few, many = wilson(hits, n), wilson(100 * hits, 100 * n)

    assert 0 <= few.low <= few.value <= few.high <= 1
    assert many.high - many.low < few.high - few.low


def test_a_wilson_interval_of_the_literature():
    estimate = wilson(81, 263)

    assert (round(estimate.low, 4), round(estimate.high, 4)) == (0.2553, 0.3662)


def test_without_cases_there_is_no_figure():
    empty = confusion([], [])

    assert (accuracy(empty), macro_f1(empty), cohen_kappa(empty), majority_share(empty), wilson(0, 0)) == (None,) * 5
    assert (sensitivity(empty, "a"), specificity(empty, "a")) == (None, None)


def test_a_single_label_on_both_sides_has_no_kappa():
    assert cohen_kappa(confusion(["a", "a"], ["a", "a"])) is None


def test_truth_and_answers_must_pair_up():
    with pytest.raises(ValueError, match="shorter"):
        confusion(["a", "b"], ["a"])
