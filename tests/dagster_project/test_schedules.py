"""The clock of the scheduler: times and zone come from the settings, and everything is on in a fresh clone."""

from pathlib import Path

import dagster as dg
import pytest

from analytics.home import Home
from analytics.settings import load_settings
from dagster_project.definitions import build_definitions
from dagster_project.schedules import schedules

ENVIRONMENT = {
    "LODESTAR_REPORTING__TIMEZONE": "Europe/Berlin",
    "LODESTAR_SCHEDULE__DAILY": "04:05",
    "LODESTAR_SCHEDULE__WEEKLY": "09:00",
}


def crons(environment: dict[str, str]) -> dict[str, str]:
    return {schedule.name: str(schedule.cron_schedule) for schedule in schedules(load_settings(None, environment))}


def test_times_come_from_the_settings_and_the_week_is_published_on_monday() -> None:
    assert crons(ENVIRONMENT) == {
        "daily": "5 4 * * *",
        "weekly_publication": "0 9 * * 1",
        "final_week": "30 0 * * 4",
    }
    assert {s.execution_timezone for s in schedules(load_settings(None, ENVIRONMENT))} == {"Europe/Berlin"}


@pytest.mark.parametrize(("days", "weekday"), [(7, "1"), (10, "4"), (12, "6"), (13, "0"), (14, "1")])
def test_a_week_becomes_final_in_the_night_after_its_maturity(days: int, weekday: str) -> None:
    """A week ends on a Monday at midnight; cron counts Sunday as 0."""
    assert crons({"LODESTAR_REPORTING__MATURITY_DAYS": str(days)})["final_week"] == f"30 0 * * {weekday}"


def test_the_zone_of_the_schedule_can_be_another_than_the_one_of_reporting() -> None:
    environment = ENVIRONMENT | {"LODESTAR_SCHEDULE__TIMEZONE": "Asia/Tokyo"}
    assert {s.execution_timezone for s in schedules(load_settings(None, environment))} == {"Asia/Tokyo"}


def test_everything_is_on_in_a_fresh_clone() -> None:
    defs = build_definitions(Home(Path("nowhere")), load_settings(None, {}))
    loaded = defs.get_repository_def()
    assert {s.default_status.value for s in loaded.schedule_defs} == {"RUNNING"}
    assert {s.name: s.default_status for s in loaded.sensor_defs} == {
        "landing_folder": dg.DefaultSensorStatus.RUNNING,
        "watchdog": dg.DefaultSensorStatus.RUNNING,
        "default_automation_condition_sensor": dg.DefaultSensorStatus.RUNNING,
    }
