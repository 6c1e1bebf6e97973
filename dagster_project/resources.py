"""What the assets work with: one workspace per run, opened under the home's lock and booked in the ledger."""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from dagster._utils.error import SerializableErrorInfo

from analytics.core.label_requests import labeling_prices
from analytics.errors import ConfigurationError, LodestarError, NotPublishable
from analytics.home import Home
from analytics.labeling.interface import Labeler
from analytics.labeling.offline import OfflineLabeler
from analytics.labeling.remote import RemoteLabeler, Run, prompt_for
from analytics.redaction.policy import redaction_version
from analytics.workspace import Workspace, open_workspace
from dagster_project.booking import run_ended
from dagster_project.processes import process_tags

#: A scheduled run waits for one that is under way rather than fail beside it.
SCHEDULED_WAIT_S = 3600.0
#: Where the key of a labeling model's server is read from, and nowhere else.
KEY_VARIABLE = "OPENAI_API_KEY"


def home_from(environment: Mapping[str, str]) -> Home:
    """The home that `$LODESTAR_HOME` names, else `./lodestar_home`."""
    return Home(Path(environment.get("LODESTAR_HOME") or "lodestar_home").absolute())


@dg.resource(description="The home under its lock, judged at the time of the run, and booked as a run in the ledger.")
def workspace_now(context: dg.InitResourceContext) -> Iterator[Workspace]:
    """Open the workspace for the length of one run of the scheduler."""
    environment = dict(os.environ)
    context.instance.add_run_tags(context.run.run_id, process_tags())
    # the clock is read when the lock is held: a run that waited judges by the moment at which it starts
    with home_from(environment).create().locked(wait_s=SCHEDULED_WAIT_S):
        now = datetime.now(UTC)
    with open_workspace(
        home_from(environment), environment, now=now, wait_s=SCHEDULED_WAIT_S, progress=context.log.info
    ) as workspace:
        workspace.ledger.start_run(workspace.run_id, workspace.now, workspace.as_of)
        yield workspace
        run_ended(workspace, environment, *_outcome(context))


def _outcome(context: dg.InitResourceContext) -> tuple[str, str | None]:
    """How the steps of the run went: a resource is closed in the same way whether or not they failed."""
    failures = context.instance.all_logs(context.run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    for failure in failures:
        error = failure.get_dagster_event().step_failure_data.error
        return outcome(error.cause or error)
    return "ok", None


def outcome(error: SerializableErrorInfo) -> tuple[str, str]:
    """Status and message of a failed run; the text of another library's error may quote a record and is not kept."""
    name = str(error.cls_name)
    text = error.message.partition(": ")[2].strip()
    if name in _names(NotPublishable):
        return "not_publishable", text
    return "failed", text if name in _names(LodestarError) | _names(OSError) else name


def _names(kind: type[BaseException]) -> set[str]:
    return {kind.__name__}.union(*(_names(child) for child in kind.__subclasses__()))


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
    return RemoteLabeler(
        settings, prompt_for(settings, redaction_version(workspace.settings)), workspace.home.label_journal, run, key
    )
