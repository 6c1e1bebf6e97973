"""Hostile files: each has exact books, none stops a run, none touches the figures of good calls."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.reference.hostile import SKIPPED, HostileFile, hostile_files
from tests.reference.pipeline import Published, Row, run
from tests.reference.receipt import Receipt
from tests.reference.rules import Rules
from tests.reference.scenario import Plan, landing

if TYPE_CHECKING:
    from pathlib import Path

GOOD = Plan(seed=21, monday=date(2026, 3, 2), calls=60, deliveries=1)
RULES = Rules(datetime(2026, 5, 1, tzinfo=UTC), ZoneInfo("UTC"))
FIGURES = (
    "week, iso_week, metric, dimension, segment, numerator, denominator, observed_value, value, ci_low, ci_high,"
    " bounds_low, bounds_high, n, estimator, status, completeness, coverage"
)
NOT_REGULAR = ("links/to_file.jsonl", "links/to_nowhere.jsonl", "links/to_folder", "links/pipe.jsonl")


def write_hostile(folder: Path) -> list[HostileFile]:
    files = hostile_files()
    for file in files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.jsonl").write_bytes(b'{"record":"call","id":"secret","started_at":"2001-02-06T11:33:09Z"}\n')
    links = folder / "links"
    links.mkdir()
    (links / "to_file.jsonl").symlink_to(outside / "secret.jsonl")
    (links / "to_nowhere.jsonl").symlink_to(outside / "nothing.jsonl")
    (links / "to_folder").symlink_to(outside)
    os.mkfifo(links / "pipe.jsonl")
    return [*files, *(HostileFile(name, b"", SKIPPED) for name in NOT_REGULAR)]


def problems_of(file: HostileFile, book: Row | None, quarantine: list[Row]) -> list[str]:
    if book is None:
        return ["not in meta.files"]
    columns = ("status", "rows_in", "rows_loaded", "rows_quarantined", "rows_superseded")
    books = tuple(book[column] for column in columns)
    found = [] if books == file.books else [f"contract {file.books}, pipeline {books}"]
    if len(quarantine) != book["rows_quarantined"]:
        found.append(f"{len(quarantine)} rows in meta.quarantine")
    if not all(row["code"] and row["reason"] for row in quarantine):
        found.append("quarantined without code or reason")
    if any((row["line"] is None) != (file.books[0] == "refused") for row in quarantine):
        found.append("a refused file has no line, a refused line has one")
    if file.path and quarantine and not quarantine[0]["json_path"].startswith(file.path):
        found.append(f"contract names {file.path}, pipeline {quarantine[0]['json_path']}")
    return found


def by_file(published: Published, table: str) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in published.rows(f"SELECT * FROM {table}"):
        found[row["file"]].append(row)
    return found


def figures_of(published: Published) -> list[Any]:
    rows = published.rows(f"SELECT {FIGURES} FROM mart.kpi_week WHERE week >= DATE '2026-01-01'")
    return sorted(map(repr, rows))


@pytest.mark.slow
def test_every_hostile_file_has_exact_books_and_good_calls_keep_their_figures(tmp_path: Path) -> None:
    files = write_hostile(tmp_path / "mixed")
    landing(GOOD).write(tmp_path / "mixed" / "zz good")
    landing(GOOD).write(tmp_path / "alone" / "zz good")
    mixed = run(tmp_path / "home 1", tmp_path / "mixed", RULES)
    books, quarantine = by_file(mixed, "meta.files"), by_file(mixed, "meta.quarantine")
    wrong = [
        f"{file.name!r}: {problem}"
        for file in files
        for problem in problems_of(file, next(iter(books.get(file.name, [])), None), quarantine.get(file.name, []))
    ]
    assert not wrong, f"{len(wrong)} of {len(files)}\n" + "\n".join(wrong)
    assert "secret" not in {row["source_call_id"] for row in mixed.rows("SELECT source_call_id FROM core.calls")}
    alone = run(tmp_path / "home 2", tmp_path / "alone", RULES)
    assert figures_of(mixed) == figures_of(alone)


def test_the_reference_gives_every_hostile_file_the_same_books(tmp_path: Path) -> None:
    files = write_hostile(tmp_path / "landing")
    books = {book.file: book.figures for book in Receipt().receive(tmp_path / "landing", datetime.now(UTC))}
    assert [file.name for file in files if books[file.name] != file.books] == []
