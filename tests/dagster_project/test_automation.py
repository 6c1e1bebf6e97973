"""Conditions: a whole table follows a changed day inside the look-back, once, and never past a failed check."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
import pytest

from dagster_project.automation import when_late_data_lands
from dagster_project.processes import inline_tags

DAYS = dg.DailyPartitionsDefinition("2026-01-01", timezone="UTC")
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


@dg.asset(partitions_def=DAYS, check_specs=[dg.AssetCheckSpec("rule", asset="calls", blocking=True)])
def calls(context: dg.AssetExecutionContext) -> Iterator[object]:
    yield dg.AssetCheckResult(passed=not context.run.tags.get("bad"))
    yield dg.Output(None)


@dg.asset(deps=[calls], automation_condition=when_late_data_lands())
def cases() -> None: ...


@dg.asset(deps=[cases], automation_condition=when_late_data_lands())
def kpi_week() -> None: ...


ALL = [calls, cases, kpi_week]


class Clockwork:
    """One instance, ticked by hand."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.cursor: dg.AutomationConditionSensorDefinition | None = None
        dg.materialize(ALL, instance=instance, partition_key="2026-11-24")

    def tick(self) -> set[str]:
        done = dg.evaluate_automation_conditions(
            dg.Definitions(assets=ALL), self.instance, evaluation_time=NOW, cursor=self.cursor
        )
        self.cursor = done.cursor  # type: ignore[assignment]
        return {name for name in ("cases", "kpi_week") if done.get_num_requested(dg.AssetKey(name))}

    def day(self, key: str, *, bad: bool = False) -> None:
        tags = {"bad": "yes"} if bad else {}
        dg.materialize([calls], instance=self.instance, partition_key=key, tags=tags, raise_on_error=False)

    def follow(self) -> None:
        dg.materialize([cases, kpi_week], instance=self.instance, selection=["cases", "kpi_week"])


@pytest.fixture
def clockwork() -> Iterator[Clockwork]:
    with dg.DagsterInstance.ephemeral() as instance:
        made = Clockwork(instance)
        made.tick()
        made.follow()
        assert made.tick() == set()
        yield made


def test_a_late_day_inside_the_look_back_refreshes_all_that_follows_once(clockwork: Clockwork) -> None:
    clockwork.day("2026-11-10")
    assert clockwork.tick() == {"cases", "kpi_week"}
    assert clockwork.tick() == set(), "requested already"
    clockwork.follow()
    assert clockwork.tick() == set()


def test_a_day_before_the_look_back_waits_for_the_pipeline(clockwork: Clockwork) -> None:
    clockwork.day("2026-09-01")
    assert clockwork.tick() == set()


def test_what_the_pipeline_builds_is_not_built_again(clockwork: Clockwork) -> None:
    dg.materialize([calls], instance=clockwork.instance, partition_key="2026-11-10", tags=inline_tags())
    assert clockwork.tick() == set()


def test_a_failed_blocking_check_holds_until_it_passes(clockwork: Clockwork) -> None:
    clockwork.day("2026-11-10", bad=True)
    assert clockwork.tick() == set()
    clockwork.day("2026-11-10")
    assert clockwork.tick() == {"cases", "kpi_week"}
