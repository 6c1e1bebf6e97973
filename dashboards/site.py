"""The site: one page per week and `index.html`, the latest; each file appears whole or not at all.

```
index.html  2026-W46.html ...   the pages, each with its manifest (2026-W46.json)
2026-W46-calls.html             transcripts of the picked calls
weeks.html dictionary.html quality.html
data/2026-W46/kpi_week.csv ...  the rows behind a page
assets/                         scripts, named by version and content
```
"""

import shutil
from pathlib import Path

import duckdb

from analytics.home import Home
from analytics.publish.snapshot import open_snapshot
from analytics.settings import Settings
from dashboards.annotations import Annotations, read_annotations
from dashboards.assets import shared_files
from dashboards.companions import calls_page, companions
from dashboards.downloads import write_downloads, write_quality_downloads
from dashboards.edition import Edition, latest_edition, week_editions
from dashboards.listening import transcripts_file
from dashboards.manifest import manifest
from dashboards.page import of_site, render
from dashboards.publication import read_publication
from dashboards.wording import iso_week

#: What a build owns; anything else in the folder is left alone.
_OWN = ("index.html", "index.json", "weeks.html", "dictionary.html", "quality.html", "assets/*", "data/*/*")
_WEEK = "[0-9][0-9][0-9][0-9]-W[0-9][0-9]"
_OF_WEEKS = (f"{_WEEK}.html", f"{_WEEK}.json", f"{_WEEK}-calls.html", f"{_WEEK}-standalone.html", f"{_WEEK}.pdf")


def build_site(home: Home, settings: Settings | None = None) -> Path:
    """Write all pages from the published file and return the path of `index.html`.

    Raises:
        NothingToPublish: there is no published file, or no week in it.
    """
    return publish_pages(home, stage_pages(home, settings))


def stage_pages(home: Home, settings: Settings | None = None, snapshot: Path | None = None) -> list[str]:
    """Render the whole site aside, from the published file or from one that is about to be.

    Returns the names of all files in the order in which they may appear: what a page links to before the page.

    Raises:
        NothingToPublish: there is no published file, or no week in it.
    """
    settings = settings or Settings()
    publication = read_publication(home, snapshot)
    annotations = site_annotations(home, settings)
    latest = latest_edition(publication, settings, annotations)
    root = _staged(home)
    shutil.rmtree(root, ignore_errors=True)
    with open_snapshot(home, snapshot) as connection:
        names = _write_all(root, shared_files())
        names += _relative(root, write_quality_downloads(connection, root / "data" / "quality"))
        for edition in week_editions(publication, settings, annotations):
            names += _write_all(root, {transcripts_file(edition.week): calls_page(edition)})
            names += _stage_page(connection, edition, iso_week(edition.week), root)
        names += _write_all(root, companions(latest))
        # the index comes last, so that it never names a week whose page is not there yet
        return names + _stage_page(connection, latest, "index", root)


def site_annotations(home: Home, settings: Settings) -> Annotations:
    """The team's notes: of the configured file, else of `annotations.csv` in the home."""
    return read_annotations(settings.page.annotations or home.annotations)


def publish_pages(home: Home, names: list[str]) -> Path:
    """Rename the staged files into the site: a reader sees the old page or the new one; returns `index.html`."""
    for name in names:
        target = home.site / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (_staged(home) / name).replace(target)
    shutil.rmtree(_staged(home))
    _remove_others(home.site, set(names))
    return home.site / "index.html"


def _stage_page(connection: duckdb.DuckDBPyConnection, edition: Edition, stem: str, root: Path) -> list[str]:
    """Write one page with its downloads and its manifest; the page comes last."""
    page = root / f"{stem}.html"
    page.write_text(render(edition, of_site(edition, stem)), "utf-8", newline="\n")
    files = write_downloads(connection, edition, root / "data" / stem)
    (root / f"{stem}.json").write_text(manifest(edition, [page, *files], root), "utf-8", newline="\n")
    return [*_relative(root, files), f"{stem}.json", f"{stem}.html"]


def _write_all(root: Path, texts: dict[str, str]) -> list[str]:
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8", newline="\n")
    return list(texts)


def _relative(root: Path, files: list[Path]) -> list[str]:
    return [file.relative_to(root).as_posix() for file in files]


def _staged(home: Home) -> Path:
    return home.stage / "site"


def _remove_others(site: Path, names: set[str]) -> None:
    """A week that is no longer published (its calls were erased, say) leaves no page and no row behind."""
    for pattern in (*_OWN, *_OF_WEEKS):
        for file in site.glob(pattern):
            if file.relative_to(site).as_posix() not in names:
                file.unlink()
    for folder in site.glob("data/*"):
        if not any(folder.iterdir()):
            folder.rmdir()
