"""Tables: text in cells, exact values beside it in `data-*` attributes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics.metrics.registry import registry
from dashboards import wording
from dashboards.judgement import absence
from dashboards.marks import Spark, Whisker
from dashboards.records import Kpi

NO_VALUE = "\N{EN DASH}"


@dataclass(frozen=True)
class Cell:
    """What is shown, and the exact value for scripts."""

    text: str
    data: Mapping[str, str] = field(default_factory=dict)
    whisker: Whisker | None = None
    spark: Spark | None = None
    link: str = ""


@dataclass(frozen=True)
class Row:
    """A row with its header; the header may be a name from the data."""

    name: str
    cells: Sequence[Cell]
    is_provisional: bool = False


@dataclass(frozen=True)
class Table:
    """A table; its first column holds the row headers.

    Attributes:
        view: the published table that holds these numbers, offered for download.
        drawn: how many of the last columns are drawings, which a phone leaves out.
        fields: the column of `view` that each column after the first shows exactly, empty where it shows none.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
    holds_words: bool = False
    drawn: int = 0
    view: str = ""
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class Folded:
    """Tables that wait behind a summary, and the finding that they hold as a sentence above it."""

    finding: str
    summary: str
    tables: Sequence[Table]


def data_of(kpi: Kpi) -> dict[str, str]:
    """The `data-*` attributes of a published number; `value` is empty where there is none."""
    return {
        "metric": kpi.metric,
        "week": wording.iso_week(kpi.week),
        "dimension": kpi.dimension,
        "segment": kpi.segment,
        "value": exact(kpi.value),
    }


def exact(value: object | None) -> str:
    """All digits of a value; empty where there is none."""
    return "" if value is None else str(value)


def count_cell(number: int) -> Cell:
    """A number of things, with its exact value."""
    return Cell(wording.count(number), {"value": str(number)})


def value_cell(kpi: Kpi, min_n: int) -> Cell:
    """The value, or why there is none: with the shortest word for the commonest reason, since columns are narrow."""
    if kpi.status == "suppressed":
        return Cell(f"n < {min_n}", data_of(kpi))
    text = absence(kpi, min_n) or wording.amount(kpi.value or 0.0, registry()[kpi.metric].unit)
    return Cell(text, data_of(kpi))


def interval_cell(kpi: Kpi) -> Cell:
    """The 95 % interval, or a dash where none is published."""
    if kpi.value is None or kpi.ci_low is None or kpi.ci_high is None:
        return Cell(NO_VALUE)
    return Cell(wording.interval(kpi.ci_low, kpi.ci_high, registry()[kpi.metric].unit))


def status_in_words(kpi: Kpi) -> str:
    """Final, provisional with its completeness, suppressed, not publishable or absent."""
    if kpi.status == "provisional":
        return f"provisional, {wording.share(kpi.completeness)} complete"
    return kpi.status.replace("_", " ")
