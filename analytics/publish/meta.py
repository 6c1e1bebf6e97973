"""meta.*: what the pipeline says about itself: runs, checks, landed files, rejected records."""

from datetime import datetime

import msgspec
import pyarrow as pa

from analytics.checks import stored
from analytics.home import Home
from analytics.ingest.stage import QuarantineEntry
from analytics.ledger import Ledger
from analytics.workspace import Workspace

_TIME = pa.timestamp("us", tz="UTC")
META_SCHEMAS: dict[str, pa.Schema] = {
    "runs": pa.schema(
        [("run_id", pa.string()), ("started_at", _TIME), ("as_of", _TIME), ("ended_at", _TIME), ("status", pa.string()),
         ("message", pa.string())]
    ),
    "checks": pa.schema(
        [("check_name", pa.string()), ("severity", pa.string()), ("status", pa.string()), ("n", pa.int64()),
         ("message", pa.string()), ("table_name", pa.string()), ("run_id", pa.string())]
    ),
    "files": pa.schema(
        [("file", pa.string()), ("sha256", pa.string()), ("source", pa.string()), ("status", pa.string()),
         ("rows_in", pa.int64()), ("rows_loaded", pa.int64()), ("rows_quarantined", pa.int64()),
         ("rows_superseded", pa.int64()), ("received_at", _TIME), ("reason", pa.string()), ("run_id", pa.string())]
    ),
    "quarantine": pa.schema(
        [("file", pa.string()), ("sha256", pa.string()), ("line", pa.int64()), ("byte_offset", pa.int64()),
         ("json_path", pa.string()), ("code", pa.string()), ("reason", pa.string()), ("resolved", pa.bool_())]
    ),
}  # fmt: skip


def meta_rows(workspace: Workspace, table: str) -> list[dict[str, object]]:
    """Rows of meta.<table> as the ledger has them now."""
    if table == "quarantine":
        rows = quarantine_rows(workspace.ledger, workspace.home)
    else:
        rows = {"runs": _runs, "checks": _checks, "files": _files}[table](workspace)
    return [{name: _moment(name, row.get(name)) for name in META_SCHEMAS[table].names} for row in rows]


def _moment(name: str, value: object) -> object:
    is_text = isinstance(value, str) and (name.endswith("_at") or name == "as_of")
    return datetime.fromisoformat(str(value)) if is_text else value


def _runs(workspace: Workspace) -> list[dict[str, object]]:
    """The run that publishes stands as ok: without success there is no file to read this in."""
    runs = workspace.ledger.runs()
    return [run | {"status": "ok"} if run["run_id"] == workspace.run_id else run for run in runs]


def _files(workspace: Workspace) -> list[dict[str, object]]:
    return workspace.ledger.files()


def _checks(workspace: Workspace) -> list[dict[str, object]]:
    return [msgspec.structs.asdict(check) for check in stored(workspace.ledger)]


def quarantine_rows(ledger: Ledger, home: Home) -> list[dict[str, object]]:
    """One row per refused line or file, in order of receipt; raw bytes stay in the quarantine folder."""
    resolved = ledger.resolved_contents()
    rows: list[dict[str, object]] = []
    for file in ledger.files():
        path = home.quarantine / f"{file['sha256']}.ndjson"
        if not file["rows_quarantined"] or not path.exists():
            continue
        with path.open("rb") as lines:
            for line in lines:
                entry = msgspec.structs.asdict(msgspec.json.decode(line, type=QuarantineEntry))
                place = {"file": file["file"], "sha256": file["sha256"], "resolved": file["sha256"] in resolved}
                rows.append(entry | place)
    return rows
