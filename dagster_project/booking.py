"""How a run ends: in the books, on the page where nothing can be published, and with those who have to know."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from analytics.errors import LodestarError
from analytics.publish.state import forget_refusal, remember_refusal
from analytics.workspace import Workspace
from dagster_project.alerting import alert


@contextmanager
def booked(workspace: Workspace) -> Iterator[None]:
    """Write the run and how it ended into the ledger, and tell who has to know."""
    workspace.ledger.start_run(workspace.run_id, workspace.now, workspace.as_of)
    try:
        yield
    except LodestarError as error:
        run_ended(workspace, os.environ, "not_publishable" if error.exit_code == 3 else "failed", str(error))
        raise
    except BaseException as error:
        # the text of another library's error may quote a record
        run_ended(workspace, os.environ, "failed", str(error) if isinstance(error, OSError) else type(error).__name__)
        raise
    run_ended(workspace, os.environ, "ok")


def run_ended(workspace: Workspace, environment: Mapping[str, str], status: str, message: str | None = None) -> None:
    """Book how a run ended, keep why nothing could be published, and send alerts."""
    now = datetime.now(UTC)
    workspace.ledger.end_run(workspace.run_id, now, status, message)
    try:
        if status == "not_publishable":
            _show(workspace, message or "")
        elif status == "ok":
            forget_refusal(workspace)
        for problem in alert(workspace, environment, now):
            workspace.progress(problem)
    except Exception as error:  # noqa: BLE001 (the run has ended: telling of it must not change how)
        workspace.progress(f"nobody could be told of this run: {type(error).__name__}")


def _show(workspace: Workspace, reason: str) -> None:
    from dashboards.notice import publish_notice

    publish_notice(workspace.home, remember_refusal(workspace, reason))
