"""What a number may be called."""

from dataclasses import replace
from datetime import date

import pytest

from analytics.metrics.registry import registry
from analytics.sections import Target
from dashboards.judgement import Direction, absence, change, judge
from dashboards.records import Kpi

BEFORE = Kpi(date(2026, 11, 2), "north_star", value=0.70, ci_low=0.68, ci_high=0.72, n=2000, status="final")
NOW = replace(BEFORE, week=date(2026, 11, 9))


@pytest.mark.parametrize(
    ("value", "movement"),
    [
        (0.72, "unchanged inside the interval"),  # 2 pp, where the margins 2 and 2 pp add up to 2.8
        (0.73, "up"),
        (0.67, "down"),
        (0.70, "unchanged inside the interval"),
    ],
)
def test_a_step_counts_only_outside_the_interval_of_the_difference(value: float, movement: Direction) -> None:
    step = change(replace(NOW, value=value, ci_low=value - 0.02, ci_high=value + 0.02), BEFORE)
    assert step is not None
    assert step.movement == movement


def test_the_interval_of_a_difference_is_newcombes() -> None:
    # Newcombe 1998, example a: 56/70 against 48/80, method 10: 0.0524 to 0.3339
    first = replace(NOW, value=56 / 70, ci_low=0.6918, ci_high=0.8769)
    second = replace(BEFORE, value=48 / 80, ci_low=0.4905, ci_high=0.7003)
    step = change(first, second)
    assert step is not None
    assert step.low == pytest.approx(0.0524, abs=2e-4)
    assert step.high == pytest.approx(0.3339, abs=2e-4)


def test_a_step_without_intervals_is_told_and_not_judged() -> None:
    step = change(replace(NOW, value=1240.0, ci_low=None, ci_high=None), replace(BEFORE, value=1205.0))
    assert step is not None
    assert (step.delta, step.movement) == (35.0, "not judged")


def test_a_provisional_week_is_compared_with_nothing() -> None:
    assert change(replace(NOW, status="provisional"), BEFORE) is None
    assert change(NOW, None) is None


@pytest.mark.parametrize(
    ("metric", "value", "ends", "goal", "judgement"),
    [
        ("north_star", 0.70, (0.68, 0.72), 0.68, "met"),
        ("north_star", 0.70, (0.68, 0.72), 0.70, "cannot tell"),
        ("north_star", 0.70, (0.68, 0.72), 0.73, "missed"),
        ("cost_per_minute_usd", 0.08, (0.07, 0.09), 0.09, "met"),
        ("cost_per_minute_usd", 0.08, (0.07, 0.09), 0.08, "cannot tell"),
        ("cost_per_minute_usd", 0.08, (0.07, 0.09), 0.06, "missed"),
        ("ttft_p95_ms", 1990.0, (None, None), 2000.0, "met"),
        ("ttft_p95_ms", 2010.0, (None, None), 2000.0, "missed"),
        ("browser_share", 0.0, (0.0, 0.0004), 0.0, "met"),
        ("browser_share", 0.006, (0.004, 0.008), 0.0, "missed"),
        ("north_star", None, (None, None), 0.7, "cannot tell"),
    ],
)
def test_a_target_is_judged_by_the_whole_interval(
    metric: str, value: float | None, ends: tuple[float | None, float | None], goal: float, judgement: str
) -> None:
    kpi = Kpi(NOW.week, metric, value=value, ci_low=ends[0], ci_high=ends[1], n=100, status="final")
    assert judge(kpi, registry()[metric], Target(value=goal, source="a test")) == judgement


@pytest.mark.parametrize(
    ("status", "n", "reason"),
    [
        ("suppressed", 12, "suppressed (n < 30)"),
        ("suppressed", 0, "not measured"),
        ("absent", 0, "not measured"),
        ("final", 155, "not measured"),  # a denominator without a numerator: cases without a known cost
        ("not_publishable", 0, "not publishable: too young"),
    ],
)
def test_a_number_that_is_not_there_says_why(status: str, n: int, reason: str) -> None:
    assert absence(Kpi(NOW.week, "north_star", n=n, status=status), min_n=30) == reason
    assert absence(NOW, min_n=30) is None
