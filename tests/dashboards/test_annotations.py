"""The team's notes: what is shown where, and what is said about a line that cannot be used."""

from datetime import date
from pathlib import Path

from dashboards.annotations import read_annotations
from tests.dashboards.reading import Page

WEEKS = [date(2026, 11, 2), date(2026, 11, 9)]


def notes(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "annotations.csv"
    file.write_text("\n".join(["start,end,metric,dimension,segment,kind,text,author,url", *lines]), "utf-8")
    return file


def test_a_note_stands_in_the_first_shown_week_that_it_touches(tmp_path: Path) -> None:
    file = notes(
        tmp_path, "2026-10-20,2026-11-10,*,,,incident,slow provider,ops,", "2026-11-15,,north_star,,,campaign,sale,,"
    )
    events = read_annotations(file).events(WEEKS, "north_star")
    assert [(event.week, event.text) for event in events] == [(WEEKS[0], "slow provider"), (WEEKS[1], "sale")]


def test_a_note_about_another_metric_is_not_on_this_chart(tmp_path: Path) -> None:
    file = notes(tmp_path, "2026-11-03,,cost_per_minute_usd,,,data,new prices,,", "2026-12-24,,*,,,holiday,later,,")
    assert read_annotations(file).events(WEEKS, "north_star") == []


def test_every_line_that_cannot_be_used_is_listed_with_its_reason(tmp_path: Path) -> None:
    file = notes(
        tmp_path,
        "2026-13-01,,*,,,incident,x,,", "2026-11-09,2026-11-01,*,,,incident,x,,", "2026-11-09,,nort_star,,,incident,x,,",
        "2026-11-09,,*,,,outage,x,,", "2026-11-09,,*,,,incident,,,",
    )  # fmt: skip
    read = read_annotations(file)
    assert read.entries == ()
    reasons = (
        "write days like",
        "is before start",
        "the nearest is 'north_star'",
        "unknown kind 'outage'",
        "text is empty",
    )
    assert all(reason in error for reason, error in zip(reasons, read.errors, strict=True))
    assert read.errors[0].startswith("annotations.csv, line 2: ")


def test_a_file_without_its_columns_and_no_file_at_all_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "annotations.csv").write_text("day,text\n2026-11-09,x\n")
    assert "column 'kind' is missing" in read_annotations(tmp_path / "annotations.csv").errors[0]
    assert read_annotations(tmp_path / "none.csv").errors == ()


def test_the_sample_can_be_read() -> None:
    read = read_annotations(Path(__file__).parents[2] / "data_samples" / "annotations.csv")
    assert read.errors == ()
    assert read.entries


def test_notes_releases_and_errors_are_on_the_record(complete_index: Page) -> None:
    record = complete_index.all("section", id_="record")[0].text
    for fact in ("Speech provider slow", "ops", "unknown metric 'nort_star'"):
        assert fact in record
