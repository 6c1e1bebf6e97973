"""The pages beside the weekly one: all weeks, dictionary, quality of the data, picked calls; no script runs in them."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from analytics.metrics.registry import registry
from dashboards import assets, trust, wording
from dashboards.downloads import QUALITY_VIEWS
from dashboards.edition import Edition
from dashboards.page import Delivery, template_environment
from dashboards.tables import Cell, Row, Table, interval_cell, status_in_words, value_cell
from dashboards.transcripts import transcripts

_COVERAGE = ("north_star", "label_coverage", "survey_response_rate", "cost_per_minute_usd", "ttft_p50_ms")


@dataclass(frozen=True)
class WeekLine:
    """One line of the list of all weeks."""

    name: str
    dates: str
    value: Cell
    interval: Cell
    n: str
    status: str
    is_provisional: bool


def companions(edition: Edition) -> dict[str, str]:
    """HTML of the pages that stand once in the site, by file name; the edition is the latest."""
    return {
        "weeks.html": _page("weeks", weeks=[_week_line(edition, week) for week in reversed(edition.publication.weeks)]),
        "dictionary.html": _page("dictionary", metrics=list(registry().values()), tables=_dictionary(edition)),
        "quality.html": _page(
            "quality",
            books=trust.books_in_words(edition.publication),
            coverage=_coverage(edition),
            checks=trust.checks_table(edition.publication.checks),
            files=trust.books_table(edition.publication),
            quarantine=trust.quarantine_table(edition.publication),
            exclusions=trust.exclusions_table(edition),
            errors=_note_errors(edition),
        ),
    }


def calls_page(edition: Edition) -> str:
    """The transcripts of a week's picked calls."""
    return _page("calls", week=wording.iso_week(edition.week), transcripts=transcripts(edition))


def _page(name: str, **parts: Any) -> str:
    delivery = Delivery(name, assets.policy("'none'"), "", "", inline=False, data="data/quality")
    downloads = frozenset((*QUALITY_VIEWS, "why_calls_do_not_count"))
    return template_environment().get_template(f"{name}.html").render(delivery=delivery, downloads=downloads, **parts)


def _week_line(edition: Edition, week: Any) -> WeekLine:
    kpi = edition.publication.total(week, "north_star")
    return WeekLine(
        name=wording.iso_week(week),
        dates=wording.week_dates(week),
        value=value_cell(kpi, edition.min_n),
        interval=interval_cell(kpi),
        n=wording.count(kpi.n),
        status=status_in_words(kpi),
        is_provisional=kpi.status == "provisional",
    )


def _dictionary(edition: Edition) -> list[dict[str, Any]]:
    """Tables with their grain and their columns."""
    tables = []
    for name, rows in groupby(edition.publication.dictionary, key=lambda row: row.table_name):
        columns = list(rows)
        grain = next((row.meaning for row in columns if row.column_name is None), "")
        tables.append({"name": name, "grain": grain, "columns": [row for row in columns if row.column_name]})
    return tables


def _coverage(edition: Edition) -> Table:
    """What is known of each week, newest first."""
    by_metric = [edition.series(metric) for metric in _COVERAGE]
    rows = [
        Row(
            wording.iso_week(kpis[0].week),
            [
                Cell(wording.share(kpis[0].coverage)),
                value_cell(kpis[1], edition.min_n),
                value_cell(kpis[2], edition.min_n),
                Cell(wording.share(kpis[3].coverage)),
                Cell(wording.share(kpis[4].coverage)),
            ],
            is_provisional=kpis[0].status == "provisional",
        )
        for kpis in reversed(list(zip(*by_metric, strict=True)))
    ]
    columns = ["Week", "Decided cases", "Label coverage", "Survey response", "Priced minutes", "Measured answers"]
    return Table("How much is known, by week", columns, rows)


def _note_errors(edition: Edition) -> Table:
    rows = [Row(str(number), [Cell(error)]) for number, error in enumerate(edition.annotations.errors, 1)]
    return Table("Notes in annotations.csv that cannot be shown", ["Number", "Why"], rows, holds_words=True)
