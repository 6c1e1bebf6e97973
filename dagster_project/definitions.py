"""The whole assembly: assets, one job, its schedules and sensors, one resource, the in-process executor."""

import os

import dagster as dg

from analytics.home import Home
from analytics.settings import Settings
from analytics.workspace import settings_of
from dagster_project.assets.core import DAILY_ASSETS
from dagster_project.assets.raw import ingest_landing
from dagster_project.assets.summary import SUMMARY_ASSETS
from dagster_project.jobs import pipeline
from dagster_project.resources import home_from, workspace_now
from dagster_project.schedules import schedules
from dagster_project.sensors import sensors


def build_definitions(home: Home, settings: Settings) -> dg.Definitions:
    """Everything that the scheduler knows of one home."""
    return dg.Definitions(
        assets=[ingest_landing, *DAILY_ASSETS, *SUMMARY_ASSETS],
        jobs=[pipeline],
        schedules=schedules(settings),
        sensors=sensors(home, settings),
        resources={"workspace": workspace_now},
        # one process per run: the default executor starts one per step, five times the cost on steps this small
        executor=dg.in_process_executor,
    )


_HOME = home_from(os.environ)
defs = build_definitions(_HOME, settings_of(_HOME, os.environ))
