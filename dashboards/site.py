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
    settings = settings or Settings()
    publication = read_publication(home)
    pages = [(f"{iso_week(edition.week)}.html", edition) for edition in week_editions(publication, settings)]
    # the index comes last, so that it never names a week whose page is not there yet
    for name, edition in [*pages, ("index.html", latest_edition(publication, settings))]:
        _put(home, name, render(edition))
    _remove_others(home.site, {name for name, _ in pages})
    return home.site / "index.html"


def _put(home: Home, name: str, text: str) -> None:
    """Write aside and rename: a reader sees the old page or the new one."""
    for folder in (home.stage, home.site):
        folder.mkdir(parents=True, exist_ok=True)
    staged = home.stage / name
    staged.write_text(text, "utf-8", newline="\n")
    staged.replace(home.site / name)


def _remove_others(site: Path, names: set[str]) -> None:
    """A week that is no longer published (its calls were erased, say) leaves no page behind."""
    for page in site.glob(_WEEK_PAGES):
        if page.name not in names:
            page.unlink()
