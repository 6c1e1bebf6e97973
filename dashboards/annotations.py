"""The team's notes: `annotations.csv` says what happened when; a line that cannot be used is listed with its reason."""

import csv
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from analytics.metrics.registry import registry
from dashboards.figures import Event

KINDS = ("release", "incident", "campaign", "holiday", "definition", "data")
COLUMNS = ("start", "end", "metric", "dimension", "segment", "kind", "text", "author", "url")
_ANY = "*"


@dataclass(frozen=True)
class Annotation:
    """One note: days `start` to `end`, both included, about one metric or all (`*`)."""

    start: date
    end: date
    metric: str
    dimension: str
    segment: str
    kind: str
    text: str
    author: str
    url: str


@dataclass(frozen=True)
class Annotations:
    """The notes of a file, and the lines that could not be used."""

    entries: tuple[Annotation, ...] = ()
    errors: tuple[str, ...] = ()

    def events(self, weeks: Sequence[date], metric: str) -> list[Event]:
        """Notes about a metric, in the first of the weeks that they touch."""
        events = []
        for entry in self.entries:
            touched = [week for week in weeks if entry.start < week + timedelta(weeks=1) and entry.end >= week]
            if touched and entry.metric in (metric, _ANY):
                events.append(Event(touched[0], entry.text, entry.kind))
        return events


NO_ANNOTATIONS = Annotations()


def read_annotations(file: Path) -> Annotations:
    """The notes of a CSV file with the columns `start,end,metric,dimension,segment,kind,text,author,url`.

    Only start, metric, kind and text must be filled in; an absent file has no notes.
    """
    if not file.is_file():
        return NO_ANNOTATIONS
    entries, errors = [], []
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.DictReader(lines, restval="")
        if missing := {"start", "metric", "kind", "text"} - set(reader.fieldnames or ()):
            return Annotations(errors=(f"{file.name}: column {min(missing)!r} is missing; it has {COLUMNS}",))
        for row in reader:
            read = _entry({name: (row.get(name) or "").strip() for name in COLUMNS})
            if isinstance(read, str):
                errors.append(f"{file.name}, line {reader.line_num}: {read}")
            else:
                entries.append(read)
    return Annotations(tuple(entries), tuple(errors))


def _entry(row: dict[str, str]) -> Annotation | str:
    """The note of a line, or why it cannot be used."""
    try:
        start = date.fromisoformat(row["start"])
        end = date.fromisoformat(row["end"]) if row["end"] else start
    except ValueError:
        return f"start {row['start']!r}, end {row['end']!r}: write days like 2026-11-09"
    if end < start:
        return f"end {end} is before start {start}"
    for name, value, known in (("metric", row["metric"], [*registry(), _ANY]), ("kind", row["kind"], list(KINDS))):
        if value not in known:
            nearest = difflib.get_close_matches(value, known, n=1, cutoff=0.0)[0]
            return f"unknown {name} {value!r}; the nearest is {nearest!r}"
    if not row["text"]:
        return "text is empty"
    return Annotation(**{**row, "start": start, "end": end})  # type: ignore[arg-type]
