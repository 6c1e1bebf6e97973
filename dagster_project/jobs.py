"""The one job of the scheduler: what `lodestar run` does, in the same order, with the same books."""

import os
from collections.abc import Sequence
from pathlib import Path

import dagster as dg
from pydantic import Field

from analytics.workspace import Workspace
from dagster_project.alerting import send_brief
from dagster_project.reports import WRITER
from dagster_project.run import run_pipeline


class Request(dg.Config):
    """Why the run is made and what it reads; no folder means the landing folder of the home."""

    landing: list[str] = Field(default_factory=list)
    brief: bool = False


@dg.op(pool=WRITER)
def bring_up_to_date(config: Request, workspace: dg.ResourceParam[Workspace]) -> None:
    """Ingest what is new, rebuild the days that changed, sum up, check, publish; steps appear as runs of their own."""
    run_pipeline(workspace, [Path(folder) for folder in config.landing], None)
    if config.brief:
        for problem in send_brief(workspace.home, os.environ):
            workspace.progress(problem)


@dg.job(tags={"dagster/priority": "1"})
def pipeline() -> None:
    """`lodestar run`, requested by the sensor and the schedules; also startable by hand."""
    bring_up_to_date()


def request(landing: Sequence[Path], *, brief: bool = False) -> dg.RunConfig:
    """The run configuration of a request; with `brief`, the weekly brief is sent afterwards."""
    folders = [str(folder.absolute()) for folder in landing]
    return dg.RunConfig(ops={bring_up_to_date.name: Request(landing=folders, brief=brief)})
