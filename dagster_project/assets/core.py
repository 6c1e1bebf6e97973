"""core/*: the current truth. Tables by day of the call's start, then the tables that need all days at once."""

import dagster as dg

from analytics.core.build import DAILY_TABLES, build_daily
from analytics.core.cases import build_whole
from analytics.core.labels import label_window
from analytics.ingest.records import KINDS
from analytics.lake import Window
from analytics.publish.dictionary import dictionary
from analytics.redaction.table import TEXT_TABLES, redact_window
from analytics.workspace import Workspace
from dagster_project.partitions import DAYS, window_of
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
        key=["core", table],
        deps=_RAW + (parts if table == "calls" else []),
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="core",
        kinds={"duckdb", "deltalake"},
        description=dictionary().tables[f"core.{table}"].grain,
    )
    def build(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        rows = build_daily(workspace, table, window_of(context))
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return build


@dg.asset(
    key=["core", "redacted_texts"],
    deps=[dg.AssetKey(["core", table]) for table in TEXT_TABLES],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="core",
    kinds={"python", "deltalake"},
)
def redacted_texts(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
    """One row per text that redaction changed; labelers and readers see these in place of the received ones."""
    return dg.MaterializeResult(metadata={"dagster/row_count": redact_window(workspace, window_of(context))})


@dg.asset(
    key=["core", "labels"],
    deps=[dg.AssetKey(["core", table]) for table in ("calls", "turns", "tool_calls", "redacted_texts")],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="core",
    kinds={"python", "deltalake"},
)
def labels(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
    """One row per call and labeler version; calls that are not eligible are gated and never shown to a labeler."""
    window: Window = window_of(context)
    statuses = label_window(workspace, labeler_for(workspace.settings), window)
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


DAILY_ASSETS = [*(_daily(table) for table in DAILY_TABLES), redacted_texts, labels]
WHOLE_ASSETS = [_whole(table) for table in _WHOLE]
