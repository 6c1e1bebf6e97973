"""What the assets work with: one workspace per run, opened under the home's lock."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from analytics.core.label_requests import labeling_prices
from analytics.errors import ConfigurationError
from analytics.home import Home
from analytics.labeling.interface import Labeler
from analytics.labeling.offline import OfflineLabeler
from analytics.labeling.remote import RemoteLabeler, Run, prompt_for
from analytics.workspace import Workspace, open_workspace

#: A scheduled run waits for one that is under way rather than fail beside it.
SCHEDULED_WAIT_S = 3600.0
#: Where the key of a labeling model's server is read from, and nowhere else.
KEY_VARIABLE = "OPENAI_API_KEY"


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


def labeler_for(workspace: Workspace) -> Labeler:
    """The labeler that the settings name; the key of a model's server comes from the environment and nowhere else.

    Raises:
        ConfigurationError: labeling by a model without OPENAI_API_KEY, or under a cap without a price.
    """
    if workspace.settings.labeling.labeler == "offline":
        return OfflineLabeler()
    if not os.environ.get(KEY_VARIABLE):
        msg = (
            f"labeling by a model needs {KEY_VARIABLE} in the environment (any text for a server that asks for no key);"
            " `lodestar classify --plan` shows what it would cost, and --labeler offline needs none"
        )
        raise ConfigurationError(msg)
    labeler = remote_labeler(workspace)
    labeler.check_caps()
    return labeler


def remote_labeler(workspace: Workspace) -> RemoteLabeler:
    """The labeler behind an OpenAI-compatible server; without a key it reads its journal and cannot ask."""
    settings = workspace.settings.labeling
    run = Run(workspace.run_id, workspace.now, labeling_prices(workspace, settings.model))
    key = os.environ.get(KEY_VARIABLE)
    return RemoteLabeler(settings, prompt_for(settings), workspace.home.label_journal, run, key)
