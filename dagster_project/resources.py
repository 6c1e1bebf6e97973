"""What the assets work with: one workspace per run, opened under the home's lock."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from analytics.home import Home
from analytics.labeling.interface import Labeler
from analytics.labeling.offline import OfflineLabeler
from analytics.settings import Settings
from analytics.workspace import Workspace, open_workspace

#: A scheduled run waits for one that is under way rather than fail beside it.
SCHEDULED_WAIT_S = 3600.0


def home_from(environment: dict[str, str]) -> Home:
    """The home that `$LODESTAR_HOME` names, else `./lodestar_home`."""
    return Home(Path(environment.get("LODESTAR_HOME") or "lodestar_home").absolute())


@dg.resource(description="The home under its lock, judged at the time of the run.")
def workspace_now(_: dg.InitResourceContext) -> Iterator[Workspace]:
    """Open the workspace for the length of one run of the daemon."""
    environment = dict(os.environ)
    with open_workspace(
        home_from(environment), environment, now=datetime.now(UTC), wait_s=SCHEDULED_WAIT_S
    ) as workspace:
        yield workspace


def labeler_for(_: Settings) -> Labeler:
    """The labeler that the settings name; only the offline baseline exists so far."""
    return OfflineLabeler()
