"""Homes with a literal published file, and the pages that were built from it."""

import csv
import io
from pathlib import Path

import pytest

from dashboards.site import build_site
from tests.dashboards import published, published_parts
from tests.dashboards.reading import Page


@pytest.fixture(scope="session")
def full_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(published.full().write(tmp_path_factory.mktemp("full"))).parent


@pytest.fixture(scope="session")
def complete_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with every part that a page can show, notes of the team included."""
    home = published_parts.complete().write(tmp_path_factory.mktemp("complete"))
    notes = "start,metric,kind,text,author\n2026-10-13,*,incident,Speech provider slow,ops\n2026-10-14,nort_star,incident,x,\n"
    (home.root / "annotations.csv").write_text(notes)
    return build_site(home).parent


@pytest.fixture(scope="session")
def complete_index(complete_site: Path) -> Page:
    return Page((complete_site / "index.html").read_text("utf-8"))


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = published_parts.hostile().write(tmp_path_factory.mktemp("hostile"))
    notes = io.StringIO()
    writer = csv.writer(notes)
    writer.writerow(["start", "metric", "kind", "text", "author"])
    writer.writerows(["2026-11-10", "north_star", "incident", name, name] for name in published.HOSTILE_NAMES)
    (home.root / "annotations.csv").write_text(notes.getvalue(), "utf-8")
    return build_site(home).parent


@pytest.fixture(scope="session")
def unmeasured_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(published.nothing_measured().write(tmp_path_factory.mktemp("unmeasured"))).parent


@pytest.fixture(scope="session")
def hostile_index(hostile_site: Path) -> Page:
    return Page((hostile_site / "index.html").read_text("utf-8"))


@pytest.fixture(scope="session")
def index(full_site: Path) -> Page:
    return Page((full_site / "index.html").read_text("utf-8"))
