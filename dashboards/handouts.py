"""One week's page on its own: a self-contained file for mail, or a PDF through an installed Chromium."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from analytics.errors import ConfigurationError
from analytics.home import Home
from analytics.settings import Settings
from dashboards.edition import Edition, latest_edition, week_editions
from dashboards.page import alone, render
from dashboards.publication import read_publication
from dashboards.site import site_annotations
from dashboards.wording import iso_week

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-pdf-header-footer", "--virtual-time-budget=30000",
)  # fmt: skip
_PATIENCE_S = 120


def page_name(home: Home, settings: Settings, week: str | None) -> str:
    """Stem of the page of an ISO week, or of the latest page.

    Raises:
        ConfigurationError: no page of that week; the message names the weeks that there are.
    """
    return "index" if week is None else iso_week(_edition(home, settings, week).week)


def write_standalone(home: Home, settings: Settings, week: str | None) -> Path:
    """Write `<week>-standalone.html`: scripts and transcripts inside, no link to another file."""
    edition = _edition(home, settings, week)
    file = home.site / f"{iso_week(edition.week)}-standalone.html"
    file.write_text(render(edition, alone(file.stem)), "utf-8", newline="\n")
    return file


def print_pdf(
    home: Home, settings: Settings, week: str | None, which: Callable[[str], str | None] = shutil.which
) -> Path:
    """Print a page of the site to `<week>.pdf`.

    Raises:
        ConfigurationError: no Chromium is installed, or it did not print.
    """
    browser = next((found for name in _BROWSERS if (found := which(name))), None)
    if browser is None:
        msg = (
            f"--pdf needs one of {', '.join(_BROWSERS)}; install it, or print {home.site / 'index.html'} from a browser"
        )
        raise ConfigurationError(msg)
    edition = _edition(home, settings, week)
    page = home.site / f"{page_name(home, settings, week)}.html"
    file = home.site / f"{iso_week(edition.week)}.pdf"
    profile = home.stage / "browser"
    # a container's root may not use the sandbox; the page is our own and its policy lets nothing else run
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [browser, *_QUIET, *sandbox, f"--user-data-dir={profile}", f"--print-to-pdf={file}", page.as_uri()]
    file.unlink(missing_ok=True)
    try:
        # a browser of the list above, our own page and paths of the home: nothing of it comes from data
        subprocess.run(command, check=False, capture_output=True, timeout=_PATIENCE_S)  # noqa: S603
    except subprocess.TimeoutExpired as late:
        msg = f"{browser} took longer than {_PATIENCE_S} s to print {page}; print it from a browser"
        raise ConfigurationError(msg) from late
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    if not file.exists():
        msg = f"{browser} did not print {page}; print it from a browser"
        raise ConfigurationError(msg)
    return file


def _edition(home: Home, settings: Settings, week: str | None) -> Edition:
    publication, annotations = read_publication(home), site_annotations(home, settings)
    if week is None:
        return latest_edition(publication, settings, annotations)
    editions = {iso_week(edition.week): edition for edition in week_editions(publication, settings, annotations)}
    if week not in editions:
        msg = f"no page of week {week!r}; there are {min(editions)} to {max(editions)}"
        raise ConfigurationError(msg)
    return editions[week]
