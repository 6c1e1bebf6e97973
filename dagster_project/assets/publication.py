"""The publication: the gate first, then the analysts' file, then the pages."""

import dagster as dg

from analytics.checks import GATE_CHECKS, ask_again, refuse, refuse_empty, run_checks
from analytics.metrics.build import MART_TABLES
from analytics.metrics.revisions import record_publication
from analytics.publish.state import forget_refusal
from analytics.publish.warehouse import stage_warehouse, staged_warehouse, swap_warehouse
from analytics.workspace import Workspace
from dagster_project.automation import when_late_data_lands
from dagster_project.reports import OWNERS, WRITER, Results, check_result, described, table_of
from dagster_project.resources import labeler_for
from dashboards.site import publish_pages, stage_pages

_CORE = ("audit_samples", "latencies")
_GROUP = {"group_name": "publication", "automation_condition": when_late_data_lands()}


@dg.asset(
    deps=[dg.AssetKey(["mart", table]) for table in MART_TABLES] + [dg.AssetKey(["core", table]) for table in _CORE],
    **table_of("meta/checks", {"duckdb"})
    | _GROUP
    | {
        "check_specs": [
            dg.AssetCheckSpec(name, asset=["meta", "checks"], blocking=severity == "error")
            for name, severity in GATE_CHECKS.items()
        ]
    },
)
def checks(workspace: dg.ResourceParam[Workspace]) -> Results:
    """The state of every check on the tables as they are now; one that blocks keeps the last publication."""
    refuse_empty(workspace)
    results = run_checks(workspace)
    yield dg.MaterializeResult(
        metadata={result.check_name: result.status for result in results},
        check_results=[check_result(result, "meta/checks") for result in results if result.check_name in GATE_CHECKS],
    )
    refuse(results)


@dg.asset(deps=[checks], **table_of("mart/kpi_revisions", {"duckdb", "deltalake"}) | _GROUP)
def kpi_revisions(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
    """One row per change of a number that was already published, with the reason."""
    changed = record_publication(workspace, labeler_for(workspace).version)
    return dg.MaterializeResult(metadata={"changed": changed, **described(workspace, "mart/kpi_revisions")})


@dg.asset(
    key=["publication", "warehouse"], deps=[kpi_revisions], kinds={"duckdb"}, owners=OWNERS, pool=WRITER, **_GROUP
)
def warehouse(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
    """One file per run: mart, meta and core as commented tables; built aside, not yet published."""
    # a run of this asset alone would not stop at a check that failed in an earlier run
    ask_again(workspace)
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(stage_warehouse(workspace))})


@dg.asset(key=["publication", "site"], deps=[warehouse], kinds={"html"}, owners=OWNERS, pool=WRITER, **_GROUP)
def site(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
    """One page per week, `index.html` the latest; when all are rendered, file and pages are published together."""
    staged = staged_warehouse(workspace)
    pages = stage_pages(workspace.home, workspace.settings, staged)
    swap_warehouse(workspace, staged)
    index = publish_pages(workspace.home, pages)
    forget_refusal(workspace.ledger)
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(index)})


PUBLICATION_ASSETS = [checks, kpi_revisions, warehouse, site]
