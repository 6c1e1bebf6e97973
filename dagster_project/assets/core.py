"""core/*: the current truth. Tables by day of the call's start, then the tables that need all days at once."""

import dagster as dg

from analytics.core.build import DAILY_TABLES, build_days
from analytics.core.cases import build_whole
from analytics.core.labels import label_window
from analytics.ingest.records import KINDS
from analytics.redaction.table import TEXT_TABLES, redact_window
from analytics.workspace import Workspace
from dagster_project.automation import when_late_data_lands
from dagster_project.partitions import DAYS, window_of
from dagster_project.reports import WRITER, Results, checks_of, read_by_checks, reported, spec_of, table_of
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
            deps=[dg.AssetKey(["raw", kind]) for kind in KINDS], **spec_of(f"core/{table}", {"duckdb", "deltalake"})
        )
        for table in DAILY_TABLES
    ],
    check_specs=[spec for table in DAILY_TABLES for spec in checks_of(f"core/{table}")],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=WRITER,
)
def daily(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> Results:
    """Tables by day of the call's start; they are built together, since they read the same raw rows."""
    window = window_of(context)
    for table, rows in build_days(workspace, window).items():
        yield from reported(workspace, f"core/{table}", rows, window=window)


@dg.asset(
    deps=[dg.AssetKey(["core", table]) for table in TEXT_TABLES],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    **table_of("core/redacted_texts", {"python", "deltalake"}, "One row per text that redaction changed."),
)
def redacted_texts(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> Results:
    """One row per text that redaction changed; labelers and readers see these in place of the received ones."""
    window = window_of(context)
    yield from reported(workspace, "core/redacted_texts", redact_window(workspace, window), window=window)


@dg.asset(
    deps=[dg.AssetKey(["core", table]) for table in ("calls", "turns", "tool_calls", "redacted_texts")],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    **table_of("core/labels", {"python", "deltalake"}),
)
def labels(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> Results:
    """One row per call and labeler version; calls that are not eligible are gated and never shown to a labeler."""
    window = window_of(context)
    statuses = label_window(workspace, labeler_for(workspace), window)
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


BEFORE_LABELS = [daily, redacted_texts]
DAILY_ASSETS = [*BEFORE_LABELS, labels]
WHOLE_ASSETS = [_whole(table) for table in _WHOLE]
