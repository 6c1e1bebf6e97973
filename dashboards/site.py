"""The site: one page per week and `index.html`, the latest; each appears whole or not at all."""

from pathlib import Path

from analytics.home import Home
from analytics.settings import Settings
from dashboards.edition import latest_edition, week_editions
from dashboards.page import render
from dashboards.publication import read_publication
from dashboards.wording import iso_week

_WEEK_PAGES = "[0-9][0-9][0-9][0-9]-W[0-9][0-9].html"


def build_site(home: Home, settings: Settings | None = None) -> Path:
    """Write all pages from the published file and return the path of `index.html`.

    Raises:
        NothingToPublish: there is no published file, or no week in it.
    """
    return publish_pages(home, stage_pages(home, settings))


def stage_pages(home: Home, settings: Settings | None = None, snapshot: Path | None = None) -> list[str]:
    """Render all pages aside, from the published file or from one that is about to be; returns their names.

    Raises:
        NothingToPublish: there is no published file, or no week in it.
    """
    settings = settings or Settings()
    publication = read_publication(home, snapshot)
    pages = [(f"{iso_week(edition.week)}.html", edition) for edition in week_editions(publication, settings)]
    # the index comes last, so that it never names a week whose page is not there yet
    pages.append(("index.html", latest_edition(publication, settings)))
    _staged(home).mkdir(parents=True, exist_ok=True)
    for name, edition in pages:
        (_staged(home) / name).write_text(render(edition), "utf-8", newline="\n")
    return [name for name, _ in pages]


def publish_pages(home: Home, names: list[str]) -> Path:
    """Rename the staged pages into the site: a reader sees the old page or the new one; returns `index.html`."""
    home.site.mkdir(parents=True, exist_ok=True)
    for name in names:
        (_staged(home) / name).replace(home.site / name)
    _staged(home).rmdir()
    _remove_others(home.site, set(names))
    return home.site / "index.html"


def _staged(home: Home) -> Path:
    return home.stage / "site"


def _remove_others(site: Path, names: set[str]) -> None:
    """A week that is no longer published (its calls were erased, say) leaves no page behind."""
    for page in site.glob(_WEEK_PAGES):
        if page.name not in names:
            page.unlink()
