"""mart/*: what people read, as a whole, judged at one moment."""

import dagster as dg

from analytics.metrics.build import MART_INPUTS, MART_TABLES, build_mart
from analytics.publish.dictionary import dictionary
from analytics.workspace import Workspace

_CORE = (
    *("calls", "case_calls", "turns", "tool_calls", "events", "cost_items", "labels", "surveys", "human_labels"),
    "cases",
)


def _mart(table: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["mart", table],
        deps=[
            *(dg.AssetKey(["core", part]) for part in _CORE),
            *(dg.AssetKey(["mart", other]) for other in MART_INPUTS.get(table, ())),
        ],
        group_name="mart",
        kinds={"duckdb", "deltalake"},
        description=dictionary().tables[f"mart.{table}"].grain,
    )
    def build(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"dagster/row_count": build_mart(workspace, table)})

    return build


MART_ASSETS = [_mart(table) for table in MART_TABLES]
