"""One edition as HTML: text, cards and tables first, the pictures after them; nothing comes over a network."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analytics.publish.questions import questions
from dashboards import assets, cards, masthead, sentences, trust
from dashboards.answers import answers
from dashboards.call_states import call_states
from dashboards.charts import charts_of
from dashboards.comparisons import comparisons
from dashboards.downloads import available
from dashboards.edition import Edition
from dashboards.figures.theme import HOUSE
from dashboards.listening import listen_items, transcripts_file
from dashboards.marks import SPARK_HEIGHT, SPARK_WIDTH
from dashboards.record import record_report
from dashboards.segments import segment_tables
from dashboards.spending import spending
from dashboards.tools import tool_report
from dashboards.transcripts import transcripts

#: A name of ten kilobytes would fill screens; downloads hold it whole.
_LONGEST_NAME = 240
#: A tenth of the page would be indentation; inside `pre` no line begins with a tag, since SQL is escaped.
_INDENTED_TAG = re.compile(r"\n\s+<")


@dataclass(frozen=True)
class Delivery:
    """How a page reaches its reader: as a file of the site, or alone with everything inside.

    Attributes:
        plotly, draw: addresses of the scripts, or their text where they are inline.
        transcripts: address of the page with the transcripts; empty where they are inside.
        data: address of the folder with the downloads.
    """

    stem: str
    policy: str
    plotly: str
    draw: str
    inline: bool
    transcripts: str = ""
    data: str = ""

    @property
    def downloads(self) -> bool:
        """Whether other files of the site can be reached."""
        return not self.inline


def of_site(edition: Edition, stem: str) -> Delivery:
    """A page of the site, named `stem`."""
    plotly, draw = assets.shared_files()
    return Delivery(
        stem, assets.policy("'self'"), plotly, draw, inline=False,
        transcripts=transcripts_file(edition.week), data=f"data/{stem}",
    )  # fmt: skip


def alone(stem: str) -> Delivery:
    """One self-contained file, for mail."""
    plotly, draw = assets.plotly_script(), assets.draw_script()
    hashes = f"{assets.script_hash(plotly)} {assets.script_hash(draw)}"
    return Delivery(stem, assets.policy(hashes), plotly, draw, inline=True)


def render(edition: Edition, delivery: Delivery | None = None) -> str:
    """The page of an edition; the same publication gives the same bytes."""
    delivery = delivery or of_site(edition, "index")
    drawn = charts_of(edition)
    figures = {chart.div_id: chart.figure for section in drawn.values() for chart in section if chart.figure}
    page = template_environment().get_template("week.html").render(
        delivery=delivery,
        downloads=available(edition.publication.tables),
        masthead=masthead.masthead(edition),
        headline=sentences.headline(edition),
        answers=answers(edition),
        north_star=cards.card(edition, cards.NORTH_STAR),
        factors=[cards.card(edition, metric) for metric in cards.FACTORS],
        younger_weeks=[cards.younger_week(edition, week) for week in edition.younger_weeks],
        constraints=[cards.card(edition, metric) for metric in cards.CONSTRAINTS],
        section_charts=drawn,
        comparisons=comparisons(edition),
        figures=_specifications(figures),
        segment_tables=segment_tables(edition),
        assurances=trust.assurances(edition),
        books=trust.books_in_words(edition.publication),
        spending=spending(edition),
        tools=tool_report(edition),
        call_states=call_states(edition),
        listen_items=listen_items(edition),
        transcripts=transcripts(edition) if delivery.inline else [],
        record=record_report(edition),
        all_cards=cards.every_card(edition),
    )  # fmt: skip
    return _INDENTED_TAG.sub("\n<", page)


@cache
def template_environment() -> Environment:
    """The templates, with what all pages share."""
    environment = Environment(
        loader=FileSystemLoader(assets.TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "stylesheet": assets.asset("week.css"),
        "spark_box": f"0 0 {SPARK_WIDTH:g} {SPARK_HEIGHT:g}",
        "longest_name": _LONGEST_NAME,
        "questions": questions(),
    }
    return environment


def _specifications(figures: dict[str, Any]) -> dict[str, Any]:
    """What the script draws; the house theme stands once and not in every figure."""
    plain = {name: figure.to_plotly_json() for name, figure in figures.items()}
    for figure in plain.values():
        figure["layout"].pop("template")
    return {"template": HOUSE.to_plotly_json(), "figures": plain}
