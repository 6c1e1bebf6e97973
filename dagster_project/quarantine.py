"""`lodestar quarantine`: what was set aside, and its raw lines for repair."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from analytics.home import Home
from analytics.ingest.stage import Quarantined
from analytics.ledger import Ledger
from analytics.publish.meta import quarantine_rows


def quarantine_lines(home: Home, reason: str | None) -> Iterator[str]:
    """One line per entry: FILE:LINE: PATH: REASON [code]."""
    with Ledger.read(home.ledger) as ledger:
        entries = quarantine_rows(ledger, home)
    for row in entries:
        if reason is None or row["code"] == reason:
            place = f"{row['file']}:{row['line']}: {row['json_path']}" if row["line"] else f"{row['file']}"
            resolved = " (resolved by a newer file)" if row["resolved"] else ""
            yield f"{place}: {row['reason']} [{row['code']}]{resolved}"


def export_quarantine(home: Home, reason: str | None, folder: Path) -> int:
    """Write the raw bytes of the refused lines, one file per landed file; returns the number of files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for file in home.quarantine.glob("*.ndjson"):
        entries = (msgspec.json.decode(line, type=Quarantined) for line in file.read_bytes().splitlines())
        raw = [entry.content() for entry in entries if entry.raw and reason in (None, entry.code)]
        if raw:
            (folder / f"{file.stem}.jsonl").write_bytes(b"\n".join(raw) + b"\n")
            written += 1
    return written
