"""The page while nothing can be published: the reason stands where the number would, and the last good weeks stay."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analytics.home import Home
from analytics.publish.state import Refusal

_WEEK_PAGE = re.compile(r"\d{4}-W\d{2}\.html")
_SHOWN_WEEKS = 4


def publish_notice(home: Home, refusal: Refusal) -> Path:
    """Replace `index.html` by the reason; the pages of the weeks are not touched."""
    weeks = sorted((page.stem for page in home.site.iterdir() if _WEEK_PAGE.fullmatch(page.name)), reverse=True)
    staged = home.stage / "notice.html"
    staged.write_text(render_notice(refusal, weeks[:_SHOWN_WEEKS]), "utf-8", newline="\n")
    return staged.replace(home.site / "index.html")


def render_notice(refusal: Refusal, weeks: list[str]) -> str:
    """One file that needs nothing else; the reason is text, whatever it holds."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "template"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("notice.html").render(refusal=refusal, weeks=weeks)
