"""`lodestar quarantine`: what was set aside, and its raw lines for repair."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from analytics.ingest.stage import Quarantined
from analytics.publish.meta import quarantine_rows
from analytics.workspace import Workspace


def quarantine_lines(workspace: Workspace, reason: str | None) -> Iterator[str]:
    """One line per entry: FILE:LINE: PATH: REASON [code]."""
    for row in quarantine_rows(workspace):
        if reason is None or row["code"] == reason:
            place = f"{row['file']}:{row['line']}: {row['json_path']}" if row["line"] else f"{row['file']}"
            resolved = " (resolved by a newer file)" if row["resolved"] else ""
            yield f"{place}: {row['reason']} [{row['code']}]{resolved}"


def export_quarantine(workspace: Workspace, reason: str | None, folder: Path) -> int:
    """Write the raw bytes of the refused lines, one file per landed file; returns the number of files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for file in workspace.home.quarantine.glob("*.ndjson"):
        entries = (msgspec.json.decode(line, type=Quarantined) for line in file.read_bytes().splitlines())
        raw = [entry.content() for entry in entries if entry.raw and reason in (None, entry.code)]
        if raw:
            (folder / f"{file.stem}.jsonl").write_bytes(b"\n".join(raw) + b"\n")
            written += 1
    return written
