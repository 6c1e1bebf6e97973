"""The audited share covers the truth in 95 of 100 weeks, whatever the labeler and the answering customers do."""

import numpy as np
import pytest

from analytics.estimation.audits import audited_week, own_difference
from analytics.estimation.estimate import Estimate, Refusal, gap
from analytics.estimation.intervals import wilson
from analytics.estimation.pooling import POOLED_WEEKS, audit_corrected
from tests.analytics.estimation.worlds import World, series

WORLDS = {
    "stable": World(),
    "few audits": World(audits=50),
    "a step of 5 points": World(step=-0.05),
    "large weeks": World(cases=20_000, audits=400),
    "small weeks": World(cases=400, audits=100),
    "weeks without audits": World(unaudited=3),
    "a stratified draw": World(stratified=True),
    "another error rate every week": World(error_each_week=True),
}


def covered(world: World, weeks: int, repeats: int, seed: int) -> float:
    chance = np.random.default_rng(seed)
    hits = []
    for _ in range(repeats):
        found = series(world, weeks, chance)
        for last in range(weeks):
            estimate = audit_corrected([week.audit for week in found[max(0, last + 1 - POOLED_WEEKS) : last + 1]])
            if isinstance(estimate, Estimate):
                hits.append(estimate.ci[0] <= found[last].truth <= estimate.ci[1])
    return float(np.mean(hits))


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_the_interval_covers_the_real_share_of_the_week(name: str) -> None:
    assert 0.92 <= covered(WORLDS[name], weeks=12, repeats=100, seed=1) <= 0.985


def test_surveys_and_labels_alone_are_biased_where_the_corrected_share_is_not() -> None:
    chance = np.random.default_rng(2)
    found = [week for _ in range(20) for week in series(World(error=(0.2, 0.2)), 8, chance)]
    corrected = [audit_corrected([week.audit]) for week in found]
    off = [one.value - week.truth for one, week in zip(corrected, found, strict=True) if isinstance(one, Estimate)]
    assert np.mean([week.survey_only - week.truth for week in found]) < -0.10
    assert abs(np.mean([week.inferred - week.truth for week in found])) > 0.02
    assert abs(np.mean(off)) < 0.006


def test_the_order_of_audits_changes_no_bit() -> None:
    chance = np.random.default_rng(3)
    y, f = (chance.random(300) < 0.6).astype(float), (chance.random(300) < 0.6).astype(float)
    probability = np.where(f > 0, 0.1, 0.3)
    one = audited_week(y, f, probability, 0.6, 2_000)
    order = chance.permutation(300)
    other = audited_week(y[order], f[order], probability[order], 0.6, 2_000)
    assert audit_corrected([one]) == audit_corrected([other])


def test_fewer_than_30_audits_are_no_number_and_fewer_than_50_speak_alone() -> None:
    def audit(n: int) -> Estimate | Refusal:
        y = np.arange(n) % 2
        return audit_corrected([audited_week(y.astype(float), np.ones(n), np.full(n, 0.1), 0.9, 10 * n)])

    assert isinstance(audit(29), Refusal)
    alone = audit(40)
    assert isinstance(alone, Estimate)
    assert alone.ci == pytest.approx(wilson(20, 40))


def test_an_audit_of_every_case_is_the_truth() -> None:
    y = (np.random.default_rng(4).random(400) < 0.7).astype(float)
    f = np.where(np.arange(400) % 5 == 0, 1 - y, y)
    whole = audit_corrected([audited_week(y, f, np.ones(400), float(f.mean()), 400)])
    assert isinstance(whole, Estimate)
    assert (whole.value, whole.se) == (pytest.approx(y.mean()), 0.0)


def test_a_labeler_without_an_error_in_the_audit_is_not_taken_for_perfect() -> None:
    y = (np.arange(60) % 3 > 0).astype(float)
    found = own_difference(audited_week(y, y, np.full(60, 0.02), 0.66, 3_000), 1.0)
    assert found.se > 0.015


def test_two_samples_of_one_week_stand_for_it_together() -> None:
    y = np.array([1.0] * 60 + [0.0] * 40 + [1.0] * 50)
    f, sample = np.ones(150), np.array([0.0] * 100 + [1.0] * 50)
    week = audited_week(y, f, np.array([0.1] * 100 + [0.05] * 50), 1.0, 1_000, sample)
    assert week.weight.sum() == pytest.approx(1_000)
    assert own_difference(week, 0.0).value == pytest.approx((0.6 * 100 + 1.0 * 50) / 150)


def test_a_gap_beyond_2_standard_errors_is_flagged() -> None:
    assert gap(Estimate(0.70, 0.01, 100), Estimate(0.66, 0.01, 100)) == (
        pytest.approx(0.04),
        pytest.approx(0.01414, abs=1e-4),
        True,
    )
    assert not gap(Estimate(0.68, 0.01, 100), Estimate(0.66, 0.01, 100))[2]
