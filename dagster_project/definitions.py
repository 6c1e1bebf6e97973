"""The whole assembly: assets, one resource, the in-process executor."""

import dagster as dg

from dagster_project.assets.core import DAILY_ASSETS, WHOLE_ASSETS
from dagster_project.assets.mart import MART_ASSETS
from dagster_project.assets.publication import PUBLICATION_ASSETS
from dagster_project.assets.raw import ingest_landing
from dagster_project.resources import workspace_now

#: Assets after the daily ones, in one run: they look at all days.
SUMMARY_ASSETS = [*WHOLE_ASSETS, *MART_ASSETS, *PUBLICATION_ASSETS]

defs = dg.Definitions(
    assets=[ingest_landing, *DAILY_ASSETS, *SUMMARY_ASSETS],
    resources={"workspace": workspace_now},
    # one process per run: the default executor starts a process per step, five times the cost on steps this small
    executor=dg.in_process_executor,
)
