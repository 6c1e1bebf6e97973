"""`python -m benchmarks.coverage`: how often the audited interval holds the truth, and how often a chart cries wolf."""

import sys

import numpy as np

from analytics.estimation.control import Point, judge
from analytics.estimation.estimate import Estimate
from analytics.estimation.pooling import POOLED_WEEKS, audit_corrected
from tests.analytics.estimation.worlds import World, series

WEEKS, SERIES = 12, 170
WORLDS = {
    "stable": World(),
    "50 audits a week": World(audits=50),
    "a step of 5 points": World(step=-0.05),
    "every third week unaudited": World(unaudited=3),
    "20 000 cases, 400 audits": World(cases=20_000, audits=400),
    "400 cases, 100 audits": World(cases=400, audits=100),
    "stratified draw": World(stratified=True),
    "error rates change every week": World(error_each_week=True),
}


def main() -> None:
    """Print coverage and bias per world, then signals of stable and of dropping series."""
    chance = np.random.default_rng(7)
    sys.stdout.write(f"{'world':<32}{'n':>6}{'covered':>9}{'half':>8}{'bias':>8}{'survey':>8}{'label':>8}\n")
    for name, world in WORLDS.items():
        hits, halves, off, surveys, labels = np.array(list(_intervals(world, chance)), dtype=float).T
        sys.stdout.write(
            f"{name:<32}{len(hits):>6}{hits.mean():>9.3f}{halves.mean():>8.3f}{off.mean():>8.3f}"
            f"{surveys.mean():>8.3f}{labels.mean():>8.3f}\n"
        )
    for cases in (77_000, 3_000, 300):
        judged = [one for _ in range(1_000) for one in judge(_chart(chance, 52, cases), "laney_p")]
        share = np.mean([one.signal is not None for one in judged])
        sys.stdout.write(f"stable, {cases} cases a week: {share:.2%} of weeks signal\n")
    for weeks in (13, 26, 40):
        found = np.mean([_finds_a_drop(chance, weeks) for _ in range(1_000)])
        sys.stdout.write(f"drop of 3 points at 77 000 cases in week {weeks}: {found:.1%} in the first week\n")


def _intervals(world: World, chance: np.random.Generator) -> list[tuple[float, ...]]:
    rows = []
    for _ in range(SERIES):
        found = series(world, WEEKS, chance)
        for last, week in enumerate(found):
            estimate = audit_corrected([one.audit for one in found[max(0, last + 1 - POOLED_WEEKS) : last + 1]])
            if isinstance(estimate, Estimate):
                low, high = estimate.ci
                off = (estimate.value - week.truth, week.survey_only - week.truth, week.inferred - week.truth)
                rows.append((low <= week.truth <= high, (high - low) / 2, *off))
    return rows


def _chart(chance: np.random.Generator, weeks: int, cases: int) -> list[Point]:
    real = np.clip(0.7 + chance.normal(0, 0.006, weeks), 0, 1)
    return [Point(chance.binomial(cases, share) / cases, cases) for share in real]


def _finds_a_drop(chance: np.random.Generator, weeks: int) -> bool:
    *usual, last = _chart(chance, weeks, 77_000)
    return judge([*usual, Point(last.value - 0.03, last.n)], "laney_p")[-1].signal is not None


if __name__ == "__main__":
    main()
