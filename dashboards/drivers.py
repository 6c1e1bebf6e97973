"""The drivers of a step as a reader needs them: the parts that add up, the largest segments, and the rest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import wording
from dashboards.edition import Edition
from dashboards.figures import Step
from dashboards.publication import SEGMENT_DIMENSIONS
from dashboards.records import Driver
from dashboards.tables import NO_VALUE, Cell, Row, Table, exact

#: Segments drawn one by one; the others are one bar, so that the bars add up to the step.
LARGEST = 8
_EFFECTS = ("mix_effect", "handled_effect", "nps_effect", "total_effect")


@dataclass(frozen=True)
class StepParts:
    """The step from last week in parts that add up."""

    steps: Sequence[Step]
    table: Table
    sentence: str
    weeks: str


def step_parts(edition: Edition) -> StepParts | None:
    """The waterfall's steps from the drivers of the first dimension that has any; None without drivers."""
    dimensions = driver_dimensions(edition)
    if not dimensions:
        return None
    rows = [row for row in edition.drivers if row.dimension == dimensions[0]]
    mix, handled, nps, total = (sum(getattr(row, effect) for row in rows) for effect in _EFFECTS)
    now = edition.total("north_star")
    observed = _observed(now.numerator, now.denominator, now.value)
    if observed is None:
        return None
    changes = [Step("mix", mix), Step("handled", handled), Step("NPS", nps)]
    week = wording.short_week(edition.week)
    steps = [Step("week before", observed - total, is_level=True), *changes, Step(week, observed, is_level=True)]
    if now.value is not None and now.estimator not in (None, "observed"):
        correction = now.value - observed
        steps += [Step("label correction", correction), Step(f"{week} published", now.value, is_level=True)]
    return StepParts(steps, _steps_table(steps), _sentence(changes, total), wording.iso_week(edition.week))


def driver_dimensions(edition: Edition) -> list[str]:
    """Dimensions with drivers in the headline week; one with a single segment says what the total says."""
    segments = Counter(row.dimension for row in edition.drivers)
    return [name for name in SEGMENT_DIMENSIONS if segments[name] > 1] or [*segments][:1]


def top_drivers(edition: Edition, dimension: str) -> tuple[list[Driver], Driver | None]:
    """The largest effects of a dimension, and the sum of the others."""
    rows = sorted(
        (row for row in edition.drivers if row.dimension == dimension),
        key=lambda row: (row.segment == "rest", -abs(row.total_effect), row.segment),
    )
    others = rows[LARGEST:]
    if not others:
        return rows, None
    sums = {effect: sum(getattr(row, effect) for row in others) for effect in _EFFECTS}
    return rows[:LARGEST], Driver(edition.week, dimension, f"{len(others)} others", **sums)


def largest_real_driver(edition: Edition) -> Driver | None:
    """The segment with the largest effect that stands out of its own noise, over all dimensions."""
    real = [row for row in edition.drivers if row.is_real and row.segment != "rest"]
    return max(real, key=lambda row: (abs(row.total_effect), row.dimension, row.segment), default=None)


def driver_table(edition: Edition, dimension: str) -> Table:
    """Every segment of a dimension with its effects in percentage points."""
    rows = sorted((row for row in edition.drivers if row.dimension == dimension), key=lambda row: row.total_effect)
    name = dimension.replace("_", " ").capitalize()
    columns = [name, "Mix", "Handled", "NPS", "Total", "Standard error", "Out of noise"]
    return Table(
        f"Effects on the north star by {name.lower()}",
        columns,
        [_row(row) for row in rows],
        view="north_star_drivers",
        fields=_EFFECTS,
    )


def _row(driver: Driver) -> Row:
    effects = [Cell(wording.difference(value, "share"), {"value": exact(value)}) for value in _effects(driver)]
    error = Cell(NO_VALUE if driver.se is None else wording.difference(driver.se, "share").lstrip("+"))
    return Row(driver.segment, [*effects, error, Cell("yes" if driver.is_real else "no")])


def _effects(driver: Driver) -> list[float]:
    return [getattr(driver, effect) for effect in _EFFECTS]


def _steps_table(steps: Sequence[Step]) -> Table:
    def said(step: Step) -> str:
        return wording.amount(step.value, "share") if step.is_level else wording.difference(step.value, "share")

    rows = [Row(step.label, [Cell(said(step), {"value": exact(step.value)})]) for step in steps]
    return Table("From last week to this one", ["Step", "North star"], rows, view="north_star_drivers")


def _sentence(changes: Sequence[Step], total: float) -> str:
    parts = ", ".join(f"{step.label} {wording.difference(step.value, 'share')}" for step in changes)
    largest = max(changes, key=lambda step: abs(step.value))
    return f"Of {wording.difference(total, 'share')} most came from {largest.label}: {parts}."


def _observed(numerator: float | None, denominator: float | None, value: float | None) -> float | None:
    """Drivers hold on what was observed, before a correction."""
    return value if numerator is None or not denominator else numerator / denominator
