"""What pages share: the plotly bundle, the script that draws, the stylesheet; named by version and content."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from plotly.offline import get_plotlyjs, get_plotlyjs_version

TEMPLATE = Path(__file__).parent / "template"
FOLDER = "assets"


@cache
def plotly_script() -> str:
    """The bundle that comes with plotly; it is the one that plotly's figures are written for."""
    return get_plotlyjs()


@cache
def draw_script() -> str:
    """The script that draws the figures of a page."""
    return asset("draw.js")


def asset(name: str) -> str:
    """Text of a file of the template folder."""
    return (TEMPLATE / name).read_text("utf-8")


@cache
def shared_files() -> dict[str, str]:
    """Text of the scripts that the pages load, by their path in the site; a new text gets a new name."""
    plotly, draw = plotly_script(), draw_script()
    return {
        f"{FOLDER}/plotly-{get_plotlyjs_version()}-{_digest(plotly)}.min.js": plotly,
        f"{FOLDER}/draw-{_digest(draw)}.js": draw,
    }


def policy(script_source: str) -> str:
    """The content security policy of a page: nothing is fetched, and only `script_source` runs."""
    return (
        f"default-src 'none'; script-src {script_source}; style-src 'unsafe-inline'; img-src data: blob:;"
        " connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def script_hash(script: str) -> str:
    """How a policy names one inline script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
