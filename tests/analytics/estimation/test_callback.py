"""Call-backs speak for the silent, and are unbiased where those who answer unasked are not."""

import numpy as np
import pytest

from analytics.estimation.callback import CalledBack, Correction, callback_corrected, correction
from analytics.estimation.estimate import Estimate, Refusal


def test_by_hand() -> None:
    learnt = Correction(slope=0.0, offset=0.8, spread=0.16, parts=0.01, n=100)
    found = callback_corrected(CalledBack(answered=200, answered_good=80, silent=800, silent_labelled=0.9), learnt)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.2 * 0.4 + 0.8 * 0.8)
    assert found.se == pytest.approx(0.8 * np.sqrt(0.16 * (0.01 + 1 / 800)))


def test_fewer_than_100_answers_are_refused() -> None:
    few = correction(np.ones(99), np.ones(99), np.full(99, 0.01))
    assert isinstance(few, Refusal)
    assert few.n == 99


def test_it_covers_the_truth_where_unhappy_customers_answer_more() -> None:
    chance, hits, surveys = np.random.default_rng(9), [], []
    for _ in range(600):
        good = chance.random(3_000) < 0.8
        label = np.where(chance.random(3_000) < 0.85, good, ~good)
        answered = chance.random(3_000) < np.where(good, 0.06, 0.15)
        silent = np.flatnonzero(~answered)
        arm = chance.choice(silent, 120, replace=False)
        learnt = correction(good[arm].astype(float), label[arm].astype(float), np.full(120, 120 / len(silent)))
        assert isinstance(learnt, Correction)
        week = CalledBack(answered.sum(), (answered & good).sum(), len(silent), label[silent].mean())
        found = callback_corrected(week, learnt)
        assert isinstance(found, Estimate)
        hits.append(found.ci[0] <= good.mean() <= found.ci[1])
        surveys.append(good[answered].mean() - good.mean())
    assert 0.93 <= np.mean(hits) <= 0.98
    assert np.mean(surveys) < -0.1
