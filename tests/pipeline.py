"""The steps of a run without a scheduler, for tests that look at tables."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from analytics.core.build import build_days
from analytics.core.cases import build_whole
from analytics.core.labels import label_window
from analytics.home import Home
from analytics.ingest import IngestReport, ingest
from analytics.labeling.interface import Conversation, Label
from analytics.lake import Window
from analytics.metrics.build import MART_TABLES, build_mart
from analytics.metrics.revisions import confirm_publication, record_publication
from analytics.redaction.table import redact_window
from analytics.workspace import Workspace, open_workspace

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
Record = dict[str, Any]


class ScriptedLabeler:
    """Says what the test says: a call's label stands under `label` among its unknown keys, else it is unclear."""

    name = "scripted"
    model = "script"
    version = "scripted-1"

    def __init__(self, labels: Mapping[str, Mapping[str, Any]]) -> None:
        self._labels = labels

    def label(self, conversations: Iterable[Conversation]) -> Iterator[Label]:
        for conversation in conversations:
            said = self._labels.get(conversation.call_id, {"outcome": "unclear"})
            yield Label(conversation.call_id, **({"status": "ok"} | dict(said)))


@contextmanager
def workspace_at(
    root: Path, *, as_of: datetime = NOW, now: datetime = NOW, environment: Mapping[str, str] | None = None
) -> Iterator[Workspace]:
    with open_workspace(Home(root), environment or {}, now=now, as_of=as_of) as workspace:
        yield workspace


def land(workspace: Workspace, name: str, records: Iterable[Record | str | bytes]) -> Path:
    """Write one landing file; a record is a dict, a raw line is text or bytes."""
    file = workspace.home.landing / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(_line(record) + b"\n" for record in records))
    return file


def _line(record: Record | str | bytes) -> bytes:
    if isinstance(record, bytes):
        return record
    return record.encode() if isinstance(record, str) else json.dumps(record).encode()


def read(workspace: Workspace, landing: Path | None = None) -> IngestReport:
    """Ingest the landing folder."""
    with workspace.connection() as connection:
        return ingest(
            workspace.home,
            workspace.ledger,
            connection,
            [landing or workspace.home.landing],
            run_id=workspace.run_id,
            received_at=workspace.now,
        )


def refresh(workspace: Workspace, labels: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Ingest, rebuild the days that changed, and everything that follows from them."""
    read(workspace)
    for day in workspace.ledger.dirty_days():
        window = Window(day, day + timedelta(days=1))
        build_days(workspace, window)
        redact_window(workspace, window)
        label_window(workspace, ScriptedLabeler(labels or {}), window)
        workspace.ledger.clear_dirty([day])
    if not workspace.lake.exists("core/calls"):
        return
    for table in ("case_calls", "surveys", "human_labels", "audit_samples", "cases"):
        build_whole(workspace, table)


def summarise(workspace: Workspace) -> None:
    """The marts."""
    for table in MART_TABLES:
        build_mart(workspace, table)
    record_publication(workspace, ScriptedLabeler.version)
    confirm_publication(workspace)


def rows(workspace: Workspace, query: str) -> list[dict[str, Any]]:
    """Rows of a query on the lake; `layer.table` names are resolved."""
    with workspace.connection() as connection:
        _attach(workspace, connection, query)
        return [dict(row) for row in connection.sql(query).to_arrow_table().to_pylist()]


def _attach(workspace: Workspace, connection: duckdb.DuckDBPyConnection, query: str) -> None:
    for layer in ("raw", "core", "mart"):
        for folder in sorted((workspace.home.lake / layer).glob("*")):
            if f"{layer}.{folder.name}" in query:
                workspace.lake.view(connection, f"{layer}/{folder.name}")


def call(call_id: str, started_at: str, **more: Any) -> Record:
    """A connected, eligible phone call of one minute with enough words."""
    start = datetime.fromisoformat(started_at)
    defaults: Record = {
        "record": "call",
        "id": call_id,
        "started_at": started_at,
        "ended_at": (start + timedelta(minutes=1)).isoformat(),
        "channel": "phone",
        "end_reason": "customer_hangup",
        "turns": [
            {"seq": 0, "speaker": "caller", "text": "please help me now"},
            {"seq": 1, "speaker": "agent", "text": "done"},
        ],
    }
    return defaults | more
