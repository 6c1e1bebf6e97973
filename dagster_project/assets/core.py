"""core/*: the current truth. Tables by day of the call's start, then the tables that need all days at once."""

from collections.abc import Iterator

import dagster as dg

from analytics.core.build import DAILY_TABLES, build_days
from analytics.core.cases import build_whole
from analytics.core.labels import label_window
from analytics.ingest.records import KINDS
from analytics.lake import Window
from analytics.publish.dictionary import dictionary
from analytics.workspace import Workspace
from dagster_project.partitions import DAYS, window_of
from dagster_project.resources import labeler_for

_WHOLE = {
    "case_calls": ["core/calls"],
    "surveys": ["raw/surveys", "core/calls", "core/case_calls"],
    "human_labels": ["raw/human_labels", "core/calls", "core/case_calls"],
    "audit_samples": ["core/human_labels"],
    "cases": ["raw/cases", "core/calls", "core/case_calls", "core/labels", "core/surveys"],
}


@dg.multi_asset(
    name="daily",
    specs=[
        dg.AssetSpec(
            ["core", table],
            deps=[dg.AssetKey(["raw", kind]) for kind in KINDS],
            group_name="core",
            kinds={"duckdb", "deltalake"},
            description=dictionary().tables[f"core.{table}"].grain,
        )
        for table in DAILY_TABLES
    ],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def daily(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> Iterator[dg.MaterializeResult]:
    """Tables by day of the call's start; they are built together, since they read the same raw rows."""
    for table, rows in build_days(workspace, window_of(context)).items():
        yield dg.MaterializeResult(asset_key=["core", table], metadata={"dagster/row_count": rows})


@dg.asset(
    key=["core", "labels"],
    deps=[dg.AssetKey(["core", table]) for table in ("calls", "turns", "tool_calls")],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="core",
    kinds={"python", "deltalake"},
)
def labels(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
    """One row per call and labeler version; calls that are not eligible are gated and never shown to a labeler."""
    window: Window = window_of(context)
    statuses = label_window(workspace, labeler_for(workspace), window)
    return dg.MaterializeResult(metadata={"dagster/row_count": sum(statuses.values()), **statuses})


def _whole(table: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["core", table],
        deps=[dg.AssetKey(key.split("/")) for key in _WHOLE[table]],
        group_name="core",
        kinds={"duckdb", "deltalake"},
        description=dictionary().tables[f"core.{table}"].grain,
    )
    def build(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"dagster/row_count": build_whole(workspace, table)})

    return build


DAILY_ASSETS = [daily, labels]
WHOLE_ASSETS = [_whole(table) for table in _WHOLE]
