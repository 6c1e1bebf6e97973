"""Homes with a literal published file, and the pages that were built from it."""

from pathlib import Path

import pytest

from dashboards.site import build_site
from tests.dashboards import published
from tests.dashboards.reading import Page


@pytest.fixture(scope="session")
def full_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(published.full().write(tmp_path_factory.mktemp("full"))).parent


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(published.hostile().write(tmp_path_factory.mktemp("hostile"))).parent


@pytest.fixture(scope="session")
def unmeasured_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(published.nothing_measured().write(tmp_path_factory.mktemp("unmeasured"))).parent


@pytest.fixture(scope="session")
def hostile_index(hostile_site: Path) -> Page:
    return Page((hostile_site / "index.html").read_text("utf-8"))


@pytest.fixture(scope="session")
def index(full_site: Path) -> Page:
    return Page((full_site / "index.html").read_text("utf-8"))
