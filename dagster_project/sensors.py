"""What starts runs without a clock: new files, killed runs, and days that somebody materialised by hand."""

import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from analytics.alerts.dispatch import is_due
from analytics.errors import HomeLocked
from analytics.home import Home
from analytics.ingest.discover import discover, stamp
from analytics.ledger import Ledger
from analytics.settings import Settings
from analytics.workspace import open_workspace, settings_of
from dagster_project.alerting import alert, current_alerts
from dagster_project.jobs import pipeline, request
from dagster_project.processes import close_dead_runs

_RUNNING = dg.DefaultSensorStatus.RUNNING
_AT_WORK = [
    dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]  # fmt: skip
_WATCH_S = 60


def sensors(home: Home, settings: Settings) -> list[dg.SensorDefinition]:
    """All sensors of a home, on from the start."""
    return [_landing(home, settings), _watchdog(home), _automation()]


def _landing(home: Home, settings: Settings) -> dg.SensorDefinition:
    folders = list(settings.schedule.landing) or [home.landing]

    @dg.sensor(
        name="landing_folder",
        job=pipeline,
        minimum_interval_seconds=settings.schedule.sensor_s,
        default_status=_RUNNING,
        description="Requests a run once files that are not in the books have kept their size for one tick.",
    )
    def landing_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        seen = unread(home, folders)
        waiting, requested = (context.cursor or " ").split(" ")
        if not seen or seen == requested:
            return dg.SkipReason("no new file")
        if context.instance.get_runs_count(dg.RunsFilter(job_name=pipeline.name, statuses=_AT_WORK)):
            return dg.SkipReason("a run is at work or waits; what it does not read is requested after it")
        if seen != waiting:
            # still being written, perhaps: the next tick sees whether it has grown
            return dg.SensorResult(
                skip_reason="new files; waiting until they have settled", cursor=f"{seen} {requested}"
            )
        run = dg.RunRequest(run_key=seen, run_config=request(settings.schedule.landing))
        return dg.SensorResult(run_requests=[run], cursor=f"{seen} {seen}")

    return landing_folder


def unread(home: Home, folders: list[Path]) -> str:
    """Digest of names, sizes and times of the files that no run has booked; empty where there are none.

    Nothing is opened: a listing of 10 000 files takes about a tenth of a second.
    """
    booked = _booked(home)
    digest = hashlib.sha256()
    found = False
    for landed in discover(folder for folder in folders if folder.is_dir()):
        seen = None if landed.skipped else stamp(landed.path)
        if seen is not None and (str(landed.landing), landed.file, seen) not in booked:
            digest.update(f"{landed.landing}\0{landed.file}\0{seen}\n".encode(errors="surrogateescape"))
            found = True
    return digest.hexdigest() if found else ""


def _booked(home: Home) -> set[tuple[str, str, str]]:
    if not home.ledger.exists():
        return set()
    with Ledger.read(home.ledger) as ledger:
        return ledger.stamps()


def _watchdog(home: Home) -> dg.SensorDefinition:
    @dg.sensor(
        name="watchdog",
        minimum_interval_seconds=_WATCH_S,
        default_status=_RUNNING,
        description="Closes runs whose process was killed, and says when the numbers have become stale.",
    )
    def watchdog(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        closed = close_dead_runs(context.instance)
        told = tell_what_no_run_tells(home, os.environ, datetime.now(UTC))
        return dg.SkipReason("; ".join([f"{len(closed)} killed runs closed", *told]))

    return watchdog


def tell_what_no_run_tells(home: Home, environment: Mapping[str, str], now: datetime) -> list[str]:
    """Send alerts that came up without a run; the lock is taken only if there is one, and not beside a run."""
    settings = settings_of(home, environment)
    if not home.ledger.exists():
        return []
    with Ledger.read(home.ledger) as ledger:
        if not is_due(ledger, current_alerts(home, ledger, settings, now)):
            return []
    try:
        with open_workspace(home, environment, now=now) as workspace:
            return alert(workspace, environment, now)
    except HomeLocked:
        return ["a run is at work and will tell"]


def _automation() -> dg.AutomationConditionSensorDefinition:
    """The name is the one of Dagster's own sensor, which would be stopped in a fresh home."""
    return dg.AutomationConditionSensorDefinition(
        "default_automation_condition_sensor",
        target=dg.AssetSelection.all(),
        default_status=_RUNNING,
        minimum_interval_seconds=_WATCH_S,
    )
