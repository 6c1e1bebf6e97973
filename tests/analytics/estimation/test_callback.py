"""Call-backs speak for the silent, and are unbiased where those who answer unasked are not."""

import numpy as np
import pytest

from analytics.estimation.audits import AuditedWeek, audited_week
from analytics.estimation.callback import CalledBack, callback_corrected
from analytics.estimation.estimate import Estimate, Refusal
from analytics.estimation.pooling import audit_corrected

CASES = 5_000
#: How much the true share wanders between weeks, and a step halfway; answers of the arm per week.
WORLDS = {"steady": (0.006, 0.0, 100), "wandering": (0.015, 0.0, 100), "a step of 3 points": (0.006, -0.03, 200)}


def arm(good: int, bad: int, *, cases: int = 800, labelled: float = 0.9) -> AuditedWeek:
    """Answers whose labels are right, but for one in ten of either kind."""
    y = np.repeat([1.0, 0.0], [good, bad])
    f = np.where(np.arange(good + bad) % 10 == 0, 1 - y, y)
    return audited_week(y, f, np.full(good + bad, 0.15), labelled, cases)


def test_silent_customers_weigh_by_their_share_and_the_arm_speaks_for_them() -> None:
    arms = [arm(80, 40), arm(90, 30)]
    found, silent = (
        callback_corrected(CalledBack(answered=200, answered_good=80, silent=800), arms),
        audit_corrected(arms),
    )
    assert isinstance(found, Estimate)
    assert isinstance(silent, Estimate)
    assert found.value == pytest.approx(0.2 * 0.4 + 0.8 * silent.value)
    assert (found.se, found.n) == (pytest.approx(0.8 * silent.se), 240)


def test_fewer_than_100_answers_are_refused() -> None:
    assert callback_corrected(CalledBack(100, 80, 900), [arm(40, 10), arm(30, 19)]) == Refusal(
        "fewer than 100 answers in the random call-back arm", 99
    )


def test_where_nobody_is_silent_the_answers_are_the_share() -> None:
    assert callback_corrected(CalledBack(50, 40, 0), [arm(90, 30), arm(0, 0, cases=0)]) == Estimate(0.8, 0.0, 120)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WORLDS))
def test_it_covers_the_truth_of_weeks_that_differ_where_unhappy_customers_answer_more(name: str) -> None:
    wander, step, drawn = WORLDS[name]
    chance, hits, surveys = np.random.default_rng(9), [], []
    for _ in range(80):
        base, arms = chance.uniform(0.6, 0.88), []
        for week in range(16):
            good = chance.random(CASES) < base + chance.normal(0, wander) + (step if week >= 10 else 0)
            label = np.where(chance.random(CASES) < np.where(good, 0.12, 0.2), ~good, good)
            answered = chance.random(CASES) < np.where(good, 0.06, 0.15)
            silent = np.flatnonzero(~answered)
            called = chance.choice(silent, drawn, replace=False)
            y, f = good[called].astype(float), label[called].astype(float)
            labelled = float(label[silent].mean())
            arms.append(audited_week(y, f, np.full(drawn, drawn / len(silent)), labelled, len(silent)))
            if week < 7:
                continue
            handled = CalledBack(float(answered.sum()), float((answered & good).sum()), len(silent))
            found = callback_corrected(handled, arms[-8:])
            assert isinstance(found, Estimate)
            hits.append(found.ci[0] <= good.mean() <= found.ci[1])
            surveys.append(good[answered].mean() - good.mean())
    assert 0.93 <= np.mean(hits) <= 0.98, np.mean(hits)
    assert np.mean(surveys) < -0.1
