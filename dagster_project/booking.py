"""How a run ends: in the books, on the page where nothing can be published, and with those who have to know."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from analytics.errors import DISK_FULL, LodestarError, is_disk_full
from analytics.publish.state import remember_refusal
from analytics.workspace import Workspace
from dagster_project.alerting import alert


@contextmanager
def booked(workspace: Workspace) -> Iterator[None]:
    """Write the run and how it ended into the ledger, and tell who has to know."""
    workspace.ledger.start_run(workspace.run_id, workspace.now, workspace.as_of)
    try:
        yield
    except LodestarError as error:
        _failed(workspace, "not_publishable" if error.exit_code == 3 else "failed", str(error))
        raise
    except BaseException as error:
        _failed(workspace, "failed", said(error))
        raise
    run_ended(workspace, os.environ, "ok")


def said(error: BaseException) -> str:
    """What may be kept of an unexpected failure: the text of another library's error may quote a record."""
    if is_disk_full(error):
        return DISK_FULL
    return str(error) if isinstance(error, OSError) else type(error).__name__


def _failed(workspace: Workspace, status: str, message: str) -> None:
    """Book a failure where that is possible: on a full disk the next run closes the run as killed."""
    with contextlib.suppress(sqlite3.Error):
        run_ended(workspace, os.environ, status, message)


def run_ended(workspace: Workspace, environment: Mapping[str, str], status: str, message: str | None = None) -> None:
    """Book how a run ended, keep why nothing could be published, and send alerts."""
    now = datetime.now(UTC)
    workspace.ledger.end_run(workspace.run_id, now, status, message)
    try:
        if status == "not_publishable":
            _show(workspace, message or "")
        for problem in alert(workspace, environment, now):
            workspace.progress(problem)
    except Exception as error:  # noqa: BLE001 (the run has ended: telling of it must not change how)
        workspace.progress(f"nobody could be told of this run: {type(error).__name__}")


def _show(workspace: Workspace, reason: str) -> None:
    from dashboards.notice import publish_notice

    state = remember_refusal(workspace.ledger, workspace.now, workspace.as_of, reason)
    publish_notice(workspace.home, state)
