"""Simulated weeks: customers whose answers depend on how they feel, a labeler that errs, a random audit."""

from dataclasses import dataclass

import numpy as np

from analytics.estimation.audits import AuditedWeek, audited_week


@dataclass(frozen=True)
class World:
    """How weeks come about.

    Attributes:
        cases, audits: per week.
        wander: standard deviation of the true share between weeks.
        step: added to the true share from the middle on.
        error: least and largest share of cases that a labeler gets wrong; drawn once a series, or every week.
        unaudited: every so many weeks one has no audit; 0 for none.
        stratified: cases labelled bad are audited three times as often.
    """

    cases: int = 3_000
    audits: int = 200
    wander: float = 0.006
    step: float = 0.0
    error: tuple[float, float] = (0.10, 0.25)
    error_each_week: bool = False
    unaudited: int = 0
    stratified: bool = False


@dataclass(frozen=True)
class Week:
    audit: AuditedWeek
    truth: float
    inferred: float
    survey_only: float


def series(world: World, weeks: int, chance: np.random.Generator) -> list[Week]:
    base, errors = chance.uniform(0.45, 0.75), _errors(world, chance)
    found = []
    for number in range(weeks):
        share = base + chance.normal(0, world.wander) + (world.step if number >= weeks // 2 else 0.0)
        errors = _errors(world, chance) if world.error_each_week else errors
        has_audit = not world.unaudited or number % world.unaudited != world.unaudited - 1
        found.append(_week(world, share, errors, chance, has_audit=has_audit))
    return found


def _errors(world: World, chance: np.random.Generator) -> tuple[float, float]:
    """Shares of good cases labelled bad and of bad ones labelled good; together within the world's limits."""
    wrong, lean = chance.uniform(*world.error), chance.uniform(0.6, 1.4)
    return wrong * lean, wrong * (2 - lean)


def _week(
    world: World, share: float, errors: tuple[float, float], chance: np.random.Generator, *, has_audit: bool
) -> Week:
    good = chance.random(world.cases) < share
    wrong = chance.random(world.cases) < np.where(good, errors[0], errors[1])
    label = np.where(wrong, ~good, good)
    answered = chance.random(world.cases) < np.where(good, 0.06, 0.113)
    counted = np.where(answered, good, label)
    drawn, probability = _draw(world, counted, chance) if has_audit else (np.zeros(0, dtype=np.int64), np.zeros(0))
    audit = audited_week(
        good[drawn].astype(float), counted[drawn].astype(float), probability, float(counted.mean()), world.cases
    )
    return Week(audit, float(good.mean()), float(label.mean()), float(good[answered].mean()))


def _draw(world: World, counted: np.ndarray, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    strata = [np.flatnonzero(~counted), np.flatnonzero(counted)] if world.stratified else [np.arange(world.cases)]
    weights = [3 * len(strata[0]), len(strata[1])] if world.stratified else [1]
    sizes = [round(world.audits * weight / sum(weights)) for weight in weights]
    drawn = [chance.choice(rows, n, replace=False) for rows, n in zip(strata, sizes, strict=True)]
    probability = [np.full(n, n / len(rows)) for rows, n in zip(strata, sizes, strict=True)]
    return np.concatenate(drawn), np.concatenate(probability)
