"""Files of the site: which there are, and that none is ever half written."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from analytics.errors import NothingToPublish
from analytics.home import Home
from dashboards import site
from dashboards.site import build_site, publish_pages, stage_pages
from tests.dashboards.published import FINAL_WEEK, Tables, full, kpi_row, week_rows, young_rows
from tests.dashboards.reading import Page


def heading(file: Path) -> str:
    return Page(file.read_text("utf-8")).all("h1")[0].text


def test_there_is_one_page_per_week_and_the_index(full_site: Path) -> None:
    names = {file.name for file in full_site.glob("*.html")}
    weeks = [f"2026-W{week}" for week in range(34, 49)]
    assert names == {
        *(f"{week}.html" for week in weeks), *(f"{week}-calls.html" for week in weeks),
        "index.html", "weeks.html", "dictionary.html", "quality.html",
    }  # fmt: skip
    assert {file.stem for file in full_site.glob("*.json")} == {*weeks, "index"}
    assert {folder.name for folder in (full_site / "data").iterdir()} == {*weeks, "index", "quality"}
    assert len(list((full_site / "assets").iterdir())) == 2


def test_a_manifest_names_run_definitions_and_the_checksum_of_every_file(full_site: Path) -> None:
    manifest = json.loads((full_site / "2026-W46.json").read_text("utf-8"))
    assert (manifest["week"], manifest["run_id"], manifest["status"]) == ("2026-W46", "20261130T061200Z", "final")
    assert manifest["definitions"]["north_star"] == 1
    assert "data/2026-W46/kpi_week.csv" in manifest["sha256"]
    for name, sha256 in manifest["sha256"].items():
        assert hashlib.sha256((full_site / name).read_bytes()).hexdigest() == sha256


def test_build_returns_the_index_and_leaves_nothing_on_the_stage(tmp_path: Path) -> None:
    home = full(2).write(tmp_path)
    assert build_site(home) == home.site / "index.html"
    assert list(home.stage.iterdir()) == []


def test_the_page_of_a_week_ends_at_its_week(full_site: Path) -> None:
    page = Page((full_site / "2026-W40.html").read_text("utf-8"))
    assert "2026-W40" in page.all("header")[0].text
    assert page.all("aside") == []
    assert not any(e.attributes.get("data-week", "") > "2026-W40" for e in page.elements)


def test_the_page_of_a_provisional_week_is_marked_and_compares_nothing(full_site: Path) -> None:
    page = Page((full_site / "2026-W47.html").read_text("utf-8"))
    assert heading(full_site / "2026-W47.html").startswith("So far 71.3% of cases")
    assert "Provisional: 57.1% of its cases have settled, final from 3 Dec 2026" in page.seen()
    assert "since W46" not in page.seen()


def test_the_page_of_a_week_that_is_too_young_gives_the_reason(full_site: Path) -> None:
    assert heading(full_site / "2026-W48.html") == "The north star of 2026-W48 is not publishable: too young."


def test_without_a_final_week_the_newest_number_is_the_headline(tmp_path: Path) -> None:
    rows = [*week_rows(FINAL_WEEK, "provisional", 0.5), *young_rows(FINAL_WEEK + timedelta(weeks=1))]
    index = build_site(Tables().add("mart.kpi_week", *rows).write(tmp_path))
    assert heading(index).startswith("So far 71.3%")


def test_a_suppressed_final_week_does_not_replace_the_last_number(tmp_path: Path) -> None:
    small = kpi_row(FINAL_WEEK + timedelta(weeks=1), "north_star", None, n=12, status="suppressed")
    index = build_site(Tables().add("mart.kpi_week", *week_rows(FINAL_WEEK), small).write(tmp_path))
    assert heading(index).startswith("71.3% of cases")
    assert "suppressed (n < 30)" in Page(index.read_text("utf-8")).all("aside")[0].text


def test_weeks_without_calls_stay_visible_in_the_tables(tmp_path: Path) -> None:
    earlier = week_rows(FINAL_WEEK - timedelta(weeks=2))
    index = build_site(Tables().add("mart.kpi_week", *earlier, *week_rows(FINAL_WEEK)).write(tmp_path))
    gap = Page(index.read_text("utf-8")).all("td", data_metric="north_star", data_week="2026-W45")
    assert [cell.text for cell in gap] == ["not measured"]


def test_a_week_that_is_no_longer_published_loses_its_page(tmp_path: Path) -> None:
    home = full(2).write(tmp_path)
    build_site(home)
    (home.site / "notes.html").write_text("kept")
    (home.site / "2026-W45.pdf").write_text("printed before")
    Tables().add("mart.kpi_week", *week_rows(FINAL_WEEK)).write(tmp_path)
    build_site(home)
    assert {file.name for file in home.site.glob("*.html")} == {
        "2026-W46.html", "2026-W46-calls.html", "index.html", "weeks.html", "dictionary.html", "quality.html", "notes.html",
    }  # fmt: skip
    assert not list(home.site.rglob("*2026-W45*"))


def test_a_failed_build_leaves_the_old_page_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = full(2).write(tmp_path)
    before = build_site(home).read_bytes()

    def broken(*_: object) -> str:
        msg = "no page today"
        raise RuntimeError(msg)

    monkeypatch.setattr(site, "render", broken)
    with pytest.raises(RuntimeError, match="no page today"):
        build_site(home)
    assert (home.site / "index.html").read_bytes() == before


def test_nothing_published_is_an_error_with_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(NothingToPublish, match="lodestar run"):
        build_site(Home(tmp_path).create())
    with pytest.raises(NothingToPublish, match="holds no week"):
        build_site(Tables().write(tmp_path))


def test_pages_can_be_rendered_from_a_file_that_is_not_published_yet(tmp_path: Path) -> None:
    home = full(2).write(tmp_path)
    staged = tmp_path / "staged.duckdb"
    (home.warehouse / "analytics.duckdb").replace(staged)
    names = stage_pages(home, snapshot=staged)
    assert list(home.site.iterdir()) == []
    assert publish_pages(home, names).exists()
