"""mart/*: what people read, as a whole, judged at one moment."""

import dagster as dg

from analytics.metrics.build import MART_INPUTS, MART_TABLES, build_mart
from analytics.workspace import Workspace
from dagster_project.automation import when_late_data_lands
from dagster_project.reports import Results, read_by_checks, reported, table_of

_CORE = (
    *("calls", "case_calls", "turns", "tool_calls", "events", "cost_items", "labels", "surveys", "human_labels"),
    "cases",
)


def _mart(table: str) -> dg.AssetsDefinition:
    @dg.asset(
        deps=read_by_checks(f"mart/{table}")
        | {dg.AssetKey(["core", part]) for part in _CORE}
        | {dg.AssetKey(["mart", other]) for other in MART_INPUTS.get(table, ())},
        automation_condition=when_late_data_lands(),
        **table_of(f"mart/{table}", {"duckdb", "deltalake"}),
    )
    def build(workspace: dg.ResourceParam[Workspace]) -> Results:
        yield from reported(workspace, f"mart/{table}", build_mart(workspace, table))

    return build


MART_ASSETS = [_mart(table) for table in MART_TABLES]
