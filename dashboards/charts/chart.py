"""What every chart of the page is made of: a figure, a title that says what it shows, and the numbers behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import plotly.graph_objects as go

from dashboards import wording
from dashboards.edition import Edition
from dashboards.records import Kpi
from dashboards.sentences import moved_since, shown
from dashboards.tables import Table

HOLLOW = "Whiskers are 95% intervals, hollow points are provisional; the axis does not start at 0."


@dataclass(frozen=True)
class Chart:
    """One chart; without anything measured `figure` is None and `title` says so.

    Attributes:
        saved_query: the saved question that gives its numbers, shown behind it.
    """

    div_id: str
    title: str
    subtitle: str = ""
    figure: go.Figure | None = None
    tables: Sequence[Table] = field(default_factory=list)
    weeks: str = ""
    saved_query: str | None = None
    is_wide: bool = False

    @property
    def alternative(self) -> str:
        """What a reader hears in place of the picture."""
        return f"Chart, {self.weeks}: {self.title} The table below holds its numbers."

    @property
    def is_absent(self) -> bool:
        """Whether the part does not exist in this publication: then one line says so."""
        return self.figure is None and not self.tables


def moved(edition: Edition, metric: str) -> str:
    """The step since the previous final week, or the value where nothing can be compared."""
    step = edition.change(metric)
    return shown(edition, metric) if step is None else moved_since(step, metric)


def measured(kpis: Sequence[Kpi]) -> bool:
    """Whether any of the weeks has a value."""
    return any(kpi.value is not None for kpi in kpis)


def span(weeks: Sequence[date]) -> str:
    """The weeks that a chart covers."""
    first, last = wording.iso_week(weeks[0]), wording.iso_week(weeks[-1])
    return first if first == last else f"{first} to {last}"
