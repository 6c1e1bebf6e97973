"""`lodestar run`: the same assets that the daemon would materialise, in this process, in one order."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import dagster as dg

from analytics.core.build import DAILY_TABLES, definitions_fingerprint
from analytics.core.label_requests import ask_days
from analytics.core.price_book import prices_fingerprint
from analytics.erasure import finish_erasure
from analytics.errors import NothingToPublish
from analytics.labeling.remote import RemoteLabeler
from analytics.lake import Window
from analytics.publish.standing import remember_standing
from analytics.workspace import Workspace
from dagster_project.assets.core import BEFORE_LABELS, DAILY_ASSETS, labels
from dagster_project.assets.raw import Landing, ingest_landing
from dagster_project.assets.summary import SUMMARY_ASSETS
from dagster_project.instance import open_instance
from dagster_project.partitions import range_tags
from dagster_project.processes import inline_tags
from dagster_project.resources import labeler_for

#: Days that are rebuilt although nothing touched them, rather than start another run for the day behind them.
_BRIDGED_DAYS = 3
#: Old versions of tables stay readable for a week.
HISTORY_H = 168
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_pipeline(workspace: Workspace, landings: Sequence[Path], forced: Window | None) -> None:
    """Ingest, rebuild the days that changed, sum up, check, publish.

    Args:
        workspace: the open home.
        landings: folders to read; empty means the home's own landing folder.
        forced: days to rebuild whether or not they changed.

    Raises:
        NothingToPublish: no call was ever loaded, or none is left.
        NotPublishable: a blocking check failed, or no call started before the clock.
    """
    with open_instance(workspace.home.dagster) as instance:
        folders = [str(folder.absolute()) for folder in landings]
        workspace.progress("reading the landing folder")
        _materialize(workspace, instance, [ingest_landing], landing=Landing(folders=folders))
        if not workspace.lake.exists("raw/calls"):
            raise NothingToPublish("no call was ever loaded: put native JSON Lines into a landing folder")
        _refresh_definitions(workspace)
        _force(workspace, forced)
        _rebuild_days(workspace, instance)
        workspace.progress("cases, metrics and publication")
        _materialize(workspace, instance, SUMMARY_ASSETS)
    workspace.lake.forget_history(older_than_h=HISTORY_H)
    finish_erasure(workspace)
    remember_standing(workspace)


def _materialize(
    workspace: Workspace,
    instance: dg.DagsterInstance,
    assets: Sequence[dg.AssetsDefinition],
    *,
    landing: Landing | None = None,
    window: Window | None = None,
) -> None:
    config: dict[str, object] = dict(_QUIET)
    if landing is not None:
        config["ops"] = {"ingest_landing": {"config": {"folders": landing.folders}}}
    dg.materialize(
        assets,
        instance=instance,
        resources={"workspace": workspace},
        run_config=config,
        tags=inline_tags() | (range_tags(window) if window else {}),
    )


def _refresh_definitions(workspace: Workspace) -> None:
    """When a definition changed, every day is rebuilt from raw."""
    labeler = labeler_for(workspace)
    current = f"{definitions_fingerprint(workspace)} {prices_fingerprint(workspace)} {labeler.version}"
    complete = all(workspace.lake.exists(f"core/{table}") for table in (*DAILY_TABLES, "redacted_texts", "labels"))
    if complete and workspace.ledger.fact("core_definitions") == current:
        return
    for table in (*DAILY_TABLES, "redacted_texts"):  # labels stay: rows of other versions cannot be made again
        workspace.lake.drop(f"core/{table}")
    with workspace.ledger.transaction():
        workspace.ledger.mark_dirty(_days_with_calls(workspace))
        workspace.ledger.remember("core_definitions", current)


def _force(workspace: Workspace, window: Window | None) -> None:
    if window is not None:
        with workspace.ledger.transaction():
            workspace.ledger.mark_dirty(day for day in _days_with_calls(workspace) if window.start <= day < window.end)


def _days_with_calls(workspace: Workspace) -> list[date]:
    with workspace.connection() as connection:
        workspace.lake.view(connection, "raw/calls")
        return [day for (day,) in connection.execute("select distinct day from raw.calls").fetchall()]


def _rebuild_days(workspace: Workspace, instance: dg.DagsterInstance) -> None:
    dirty = windows(workspace.ledger.dirty_days())
    labeler = labeler_for(workspace)
    left = DAILY_ASSETS
    if isinstance(labeler, RemoteLabeler) and labeler.capped and len(dirty) > 1:
        # one round for all days, or the first ones would take the whole cap
        for window in dirty:
            _rebuild(workspace, instance, BEFORE_LABELS, window)
        ask_days(workspace, labeler, [day for window in dirty for day in window.days])
        left = [labels]
    for window in dirty:
        _rebuild(workspace, instance, left, window)
        with workspace.ledger.transaction():
            workspace.ledger.clear_dirty(window.days)


def _rebuild(
    workspace: Workspace, instance: dg.DagsterInstance, assets: Sequence[dg.AssetsDefinition], window: Window
) -> None:
    workspace.progress(f"rebuilding {window.days[0]} to {window.days[-1]}")
    _materialize(workspace, instance, assets, window=window)


def windows(days: Sequence[date]) -> list[Window]:
    """Ascending days as few windows, bridging small gaps."""
    found: list[Window] = []
    for day in days:
        if found and (day - found[-1].end).days <= _BRIDGED_DAYS:
            found[-1] = Window(found[-1].start, day + timedelta(days=1))
        else:
            found.append(Window(day, day + timedelta(days=1)))
    return found
