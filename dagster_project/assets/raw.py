"""raw/*: what was received, typed, with its place in the landed file. Nothing is decided here."""

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from pydantic import Field

from analytics.ingest import IngestReport, ingest
from analytics.ingest.records import KINDS
from analytics.workspace import Progress, Workspace
from dagster_project.reports import OWNERS, WRITER

_SECONDS_BETWEEN_LINES = 2.0


class Landing(dg.Config):
    """Folders to read; none means the landing folder of the home."""

    folders: list[str] = Field(default_factory=list)


class _Pace:
    """One line every few seconds, however many files there are."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._start = self._said = time.monotonic()

    def show(self, report: IngestReport) -> None:
        now = time.monotonic()
        if now - self._said >= _SECONDS_BETWEEN_LINES:
            self._said = now
            calls_per_s = report.calls_read / (now - self._start)
            read = f"{report.files_read} files, {report.bytes_read / 1e6:.0f} MB"
            self._progress(f"{read}, {report.calls_read} calls, {calls_per_s:.0f} calls/s")


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["raw", kind],
            group_name="raw",
            kinds={"deltalake"},
            owners=OWNERS,
            tags={"layer": "raw"},
            description=f"One row per received record of raw/{kind}, as received, with its place in the landed file.",
        )
        for kind in KINDS
    ],
    name="ingest_landing",
    pool=WRITER,
)
def ingest_landing(config: Landing, workspace: dg.ResourceParam[Workspace]) -> Iterator[dg.MaterializeResult]:
    """One row per received record of its type; duplicates and refused lines are in the books, not here."""
    landings = [Path(folder) for folder in config.folders] or [workspace.home.landing]
    with workspace.connection(streams=True) as connection:
        report = ingest(
            workspace.home,
            workspace.ledger,
            connection,
            landings,
            run_id=workspace.run_id,
            received_at=workspace.now,
            on_progress=_Pace(workspace.progress).show,
        )
    metadata = {
        "rows_in": report.rows_in,
        "rows_loaded": report.rows_loaded,
        "rows_quarantined": report.rows_quarantined,
        "rows_superseded": report.rows_superseded,
    }
    for kind in KINDS:
        yield dg.MaterializeResult(asset_key=["raw", kind], metadata=metadata)
