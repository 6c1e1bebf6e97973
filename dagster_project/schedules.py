"""When the pipeline runs by the clock: times and zone from [schedule] of lodestar.toml; all are on from the start."""

import dagster as dg

from analytics.settings import Settings
from dagster_project.jobs import pipeline, request

_RUNNING = dg.DefaultScheduleStatus.RUNNING
_MONDAY = 1


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """Every day; Monday morning, when the week is published; and the night in which a week becomes final."""
    plan = settings.schedule
    # a week ends on a Monday at midnight and is judged for the last time `maturity_days` later
    final_day = (_MONDAY + settings.reporting.maturity_days) % 7
    times = {
        "daily": (_cron(plan.daily), "Bring every table up to date."),
        "weekly_publication": (_cron(plan.weekly, _MONDAY), "Publish the week that just ended as provisional."),
        "final_week": (_cron(plan.final, final_day), "Publish the week that just became final."),
    }
    return [
        dg.ScheduleDefinition(
            name=name,
            job=pipeline,
            cron_schedule=cron,
            execution_timezone=plan.timezone or settings.reporting.timezone,
            run_config=request(plan.landing, brief=name == "weekly_publication"),
            description=description,
            default_status=_RUNNING,
        )
        for name, (cron, description) in times.items()
    ]


def _cron(time_of_day: str, weekday: int | str = "*") -> str:
    hour, minute = time_of_day.split(":")
    return f"{int(minute)} {int(hour)} * * {weekday}"
