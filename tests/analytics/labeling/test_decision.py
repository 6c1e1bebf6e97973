"""The predicted NPS and the two probabilities say the same thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.labeling.decision import nps_of, outcome_of, positive_probability
from analytics.labeling.model import PATTERNS, QUESTIONS, model, rules

SHARES = st.floats(0, 1)
CLOSINGS = st.sets(st.sampled_from(["caller_praise_at_end", "caller_thanks_at_end"])).map(frozenset)


@given(SHARES)
def test_a_score_of_seven_or_more_means_a_probability_of_one_half_or_more(positive):
    assert (nps_of(positive) >= 7) == (positive >= 0.5)
    assert 0 <= nps_of(positive) <= 10


@given(SHARES, SHARES)
def test_the_score_never_falls_as_the_probability_rises(one, other):
    assert nps_of(min(one, other)) <= nps_of(max(one, other))


@given(CLOSINGS, SHARES, SHARES, SHARES)
def test_a_likelier_resolution_or_a_calmer_caller_never_lowers_the_probability(closing, resolved, negative, step):
    base = positive_probability(closing, resolved, negative)

    assert 0 <= base <= 1
    assert positive_probability(closing, min(1.0, resolved + step), negative) >= base
    assert positive_probability(closing, resolved, max(0.0, negative - step)) >= base


@given(SHARES)
def test_a_negative_sentiment_never_goes_with_seven_or_more_unless_the_caller_closed_kindly(resolved):
    threshold = rules()["sentiment"]["negative_from"]

    assert nps_of(positive_probability(frozenset(), resolved, threshold + 0.02)) < 7


def test_contradicting_evidence_is_unclear():
    assert outcome_of(frozenset({"act_failed"}), 0.5) == "unclear"


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_weight_contradicts_the_meaning_of_its_signal(question, pattern):
    signs = rules()["signs"][question]
    weights = model(question, pattern).weights

    assert set(weights) <= {*signs["for"], *signs["against"]}
    assert all(weights.get(name, 0) >= 0 for name in signs["for"])
    assert all(weights.get(name, 0) <= 0 for name in signs["against"])
