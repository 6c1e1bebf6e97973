"""The pipeline publishes what the contract says, for dense landing folders, step by step as files come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.reference.compare import differences
from tests.reference.pipeline import everything, run
from tests.reference.receipt import Receipt
from tests.reference.rules import WINDOW, Rules
from tests.reference.scenario import Plan, landing

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 25
HOUR = timedelta(hours=1)
MS = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Step:
    """One run: what is delivered before it, and the rules that it judges by."""

    deliveries: tuple[int, ...]
    rules: Rules


def at(plan: Plan, days: int, offset: timedelta = timedelta()) -> Rules:
    """The start of a local day, counted from the plan's first Monday, and a little before or after."""
    return Rules(plan.midnight(days) + offset, plan.tz)


SPRING = Plan(seed=11, monday=date(2026, 3, 2))
# Summer time ends on 25 October 2026 in Berlin and on 1 November in New York; 2020 has a week 53.
BERLIN = Plan(seed=12, monday=date(2026, 10, 12), zone="Europe/Berlin")
NEW_YORK = Plan(seed=13, monday=date(2026, 10, 19), zone="America/New_York", conflicts=False)
YEAR_END = Plan(seed=14, monday=date(2020, 12, 21), zone="Europe/Berlin")

HISTORIES = {
    "all at once, then in another zone with other settings": (
        SPRING,
        Step((0, 1, 2), at(SPRING, 45)),
        Step(
            (),
            Rules(
                SPRING.midnight(33),
                ZoneInfo("America/New_York"),
                maturity_days=12,
                min_caller_words=6,
                slow_ms=1500,
                required_components=("llm", "stt"),
            ),
        ),
    ),
    "late files around the end of summer time": (
        BERLIN,
        # A day settles 168 hours after its end, which is not the seventh midnight after it; a week is final at a midnight.
        Step((0,), at(BERLIN, 7, WINDOW)),
        Step((1,), at(BERLIN, 17, -MS)),
        Step((2,), at(BERLIN, 31, -MS)),
    ),
    "files in another order than they were written": (
        NEW_YORK,
        Step((2,), at(NEW_YORK, 21, 12 * HOUR)),
        Step((0, 1), at(NEW_YORK, 24)),
    ),
    "a clock that goes back, in a year with a week 53": (
        YEAR_END,
        Step((0, 1), at(YEAR_END, 40)),
        Step((), at(YEAR_END, 16, -HOUR)),
        Step((2,), at(YEAR_END, 24)),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("history", HISTORIES.values(), ids=list(HISTORIES))
def test_every_published_number_is_the_one_that_the_contract_defines(history: Any, tmp_path: Path) -> None:
    plan, *steps = history
    files, received = landing(plan), Receipt()
    for number, step in enumerate(steps):
        files.write(tmp_path / "landing", step.deliveries)
        published = run(tmp_path / "home", tmp_path / "landing", step.rules)
        received.receive(tmp_path / "landing", datetime.now(UTC))
        found = differences(published, received, step.rules)
        assert not found, f"step {number}: {len(found)} differences\n" + "\n".join(found[:SHOWN])


@pytest.mark.slow
def test_a_run_without_new_files_changes_nothing(tmp_path: Path) -> None:
    plan = Plan(seed=15, monday=date(2026, 3, 23), calls=90)
    rules = at(plan, 33)
    landing(plan).write(tmp_path / "landing")
    first = everything(run(tmp_path / "home", tmp_path / "landing", rules))
    again = everything(run(tmp_path / "home", tmp_path / "landing", rules))
    assert [table for table in first if first[table] != again[table]] == []
