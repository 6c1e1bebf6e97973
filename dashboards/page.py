"""One edition as one HTML file that needs no network: text, cards and tables first, the pictures after them."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from dashboards import cards, charts, masthead, sentences, trust
from dashboards.edition import Edition
from dashboards.marks import SPARK_HEIGHT, SPARK_WIDTH
from dashboards.segments import segment_tables

_TEMPLATE = Path(__file__).parent / "template"


def render(edition: Edition) -> str:
    """The page of an edition; the same publication gives the same bytes."""
    drawn = [build(edition) for build in charts.CHARTS]
    return _template_environment().get_template("week.html").render(
        masthead=masthead.masthead(edition),
        headline=sentences.headline(edition),
        lead=sentences.lead(edition),
        north_star=cards.card(edition, cards.NORTH_STAR),
        factors=[cards.card(edition, metric) for metric in cards.FACTORS],
        younger_weeks=[cards.younger_week(edition, week) for week in edition.younger_weeks],
        constraints=[cards.card(edition, metric) for metric in cards.CONSTRAINTS],
        charts={chart.div_id: chart for chart in drawn},
        figures={chart.div_id: chart.figure.to_plotly_json() for chart in drawn if chart.figure},
        segment_tables=segment_tables(edition),
        assurances=trust.assurances(edition),
        books=trust.books_in_words(edition.publication),
        trust_tables=trust.trust_tables(edition),
        all_cards=cards.every_card(edition),
    )  # fmt: skip


@cache
def _template_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    scripts = {"plotly_js": get_plotlyjs(), "draw_js": _asset("draw.js")}
    environment.globals |= scripts | {
        "policy": _content_security_policy(list(scripts.values())),
        "stylesheet": _asset("week.css"),
        "spark_box": f"0 0 {SPARK_WIDTH:g} {SPARK_HEIGHT:g}",
    }
    return environment


def _content_security_policy(scripts: list[str]) -> str:
    """Only these scripts run, and nothing is ever fetched, whatever a name from the data says."""
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:;"
        " connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _asset(name: str) -> str:
    return (_TEMPLATE / name).read_text("utf-8")
