"""The publication: checks first, then the analysts' file, then the pages."""

import dagster as dg

from analytics.checks import blocking, refuse_empty, run_checks
from analytics.errors import NotPublishable
from analytics.metrics.build import MART_TABLES
from analytics.metrics.revisions import record_publication
from analytics.publish.warehouse import stage_warehouse, staged_warehouse, swap_warehouse
from analytics.workspace import Workspace
from dagster_project.resources import labeler_for
from dashboards.site import publish_pages, stage_pages

_CORE = ("audit_samples", "latencies")


@dg.asset(
    key=["meta", "checks"],
    deps=[dg.AssetKey(["mart", table]) for table in MART_TABLES] + [dg.AssetKey(["core", table]) for table in _CORE],
    group_name="publication",
    kinds={"duckdb"},
)
def checks(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
    """One row per rule of `sql/checks/`; a rule of severity error with an offender blocks the publication."""
    refuse_empty(workspace)
    results = run_checks(workspace)
    if failed := blocking(results):
        raise NotPublishable("\n".join(f"{check.check_name}: {check.message}" for check in failed))
    return dg.MaterializeResult(metadata={result.check_name: result.status for result in results})


@dg.asset(key=["mart", "kpi_revisions"], deps=[checks], group_name="publication", kinds={"duckdb", "deltalake"})
def kpi_revisions(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
    """One row per change of a number that was already published, with the reason."""
    changed = record_publication(workspace, labeler_for(workspace).version)
    return dg.MaterializeResult(metadata={"changed": changed})


@dg.asset(key=["publication", "warehouse"], deps=[kpi_revisions], group_name="publication", kinds={"duckdb"})
def warehouse(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
    """One file per run: mart, meta and core as commented tables; built aside, not yet published."""
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(stage_warehouse(workspace))})


@dg.asset(key=["publication", "site"], deps=[warehouse], group_name="publication", kinds={"html"})
def site(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
    """One page per week, `index.html` the latest; when all are rendered, file and pages are published together."""
    staged = staged_warehouse(workspace)
    pages = stage_pages(workspace.home, workspace.settings, staged)
    swap_warehouse(workspace, staged)
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(publish_pages(workspace.home, pages))})


PUBLICATION_ASSETS = [checks, kpi_revisions, warehouse, site]
