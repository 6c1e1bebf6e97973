"""raw/*: what was received, typed, with its place in the landed file. Nothing is decided here."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from pydantic import Field

from analytics.ingest import ingest
from analytics.ingest.records import KINDS
from analytics.workspace import Workspace


class Landing(dg.Config):
    """Folders to read; none means the landing folder of the home."""

    folders: list[str] = Field(default_factory=list)


@dg.multi_asset(
    specs=[dg.AssetSpec(["raw", kind], group_name="raw", kinds={"deltalake"}) for kind in KINDS],
    name="ingest_landing",
)
def ingest_landing(
    context: dg.AssetExecutionContext, config: Landing, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult]:
    """One row per received record of its type; duplicates and refused lines are in the books, not here."""
    landings = [Path(folder) for folder in config.folders] or [workspace.home.landing]
    with workspace.connection() as connection:
        report = ingest(
            workspace.home,
            workspace.ledger,
            connection,
            landings,
            run_id=workspace.run_id,
            received_at=workspace.now,
            on_progress=lambda so_far: context.log.info(f"{so_far.rows_in} rows, {so_far.bytes_read >> 20} MB"),
        )
    metadata = {
        "rows_in": report.rows_in,
        "rows_loaded": report.rows_loaded,
        "rows_quarantined": report.rows_quarantined,
        "rows_superseded": report.rows_superseded,
    }
    for kind in KINDS:
        yield dg.MaterializeResult(asset_key=["raw", kind], metadata=metadata)
