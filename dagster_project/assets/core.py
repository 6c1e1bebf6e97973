"""core/*: the current truth. Tables by day of the call's start, then the tables that need all days at once."""

import dagster as dg

from analytics.core.build import DAILY_TABLES, build_daily
from analytics.core.cases import build_whole
from analytics.core.labels import label_window
from analytics.ingest.records import KINDS
from analytics.workspace import Workspace
from dagster_project.automation import when_late_data_lands
from dagster_project.partitions import DAYS, window_of
from dagster_project.reports import Results, read_by_checks, reported, table_of
from dagster_project.resources import labeler_for

_RAW = [dg.AssetKey(["raw", kind]) for kind in KINDS]
_WHOLE = {
    "case_calls": ["core/calls"],
    "surveys": ["raw/surveys", "core/calls", "core/case_calls"],
    "human_labels": ["raw/human_labels", "core/calls", "core/case_calls"],
    "cases": ["raw/cases", "core/calls", "core/case_calls", "core/labels", "core/surveys"],
}


def _daily(table: str) -> dg.AssetsDefinition:
    parts = [dg.AssetKey(["core", part]) for part in DAILY_TABLES[:-1]]

    @dg.asset(
        deps=_RAW + (parts if table == "calls" else []),
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        **table_of(f"core/{table}", {"duckdb", "deltalake"}),
    )
    def build(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> Results:
        window = window_of(context)
        yield from reported(workspace, f"core/{table}", build_daily(workspace, table, window), window=window)

    return build


@dg.asset(
    deps=[dg.AssetKey(["core", table]) for table in ("calls", "turns", "tool_calls")],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    **table_of("core/labels", {"python", "deltalake"}),
)
def labels(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> Results:
    """One row per call and labeler version; calls that are not eligible are gated and never shown to a labeler."""
    window = window_of(context)
    statuses = label_window(workspace, labeler_for(workspace.settings), window)
    yield from reported(workspace, "core/labels", sum(statuses.values()), window=window, **statuses)


def _whole(table: str) -> dg.AssetsDefinition:
    @dg.asset(
        deps=read_by_checks(f"core/{table}") | {dg.AssetKey(key.split("/")) for key in _WHOLE[table]},
        automation_condition=when_late_data_lands(),
        **table_of(f"core/{table}", {"duckdb", "deltalake"}),
    )
    def build(workspace: dg.ResourceParam[Workspace]) -> Results:
        yield from reported(workspace, f"core/{table}", build_whole(workspace, table))

    return build


DAILY_ASSETS = [*(_daily(table) for table in DAILY_TABLES), labels]
WHOLE_ASSETS = [_whole(table) for table in _WHOLE]
