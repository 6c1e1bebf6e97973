"""What the lake knows of the north star: counts by week and segment, audits, call-backs and labeler versions."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TypeAlias

import duckdb
import numpy as np

from analytics.estimation.audits import AuditedWeek, audited_week
from analytics.estimation.difference import Vector
from analytics.estimation.pooling import POOLED_WEEKS
from analytics.lake import select
from analytics.metrics.facts import add_rows, by_weeks
from analytics.workspace import Workspace

#: Dimension and segment; the total is ("all", "all").
Place: TypeAlias = tuple[str, str]
TOTAL: Place = ("all", "all")
_DIMENSIONS = ("use_case", "agent_version", "language", "channel", "source")
#: The label of an undecided case: as far from right whichever it is, and the same in every week.
UNDECIDED = 0.5


@dataclass(frozen=True)
class Cell:
    """Counts of one week and segment, as in `sql/mart/_star_cells.sql`."""

    cases: int
    decided: int
    good: int
    decided_weight: float
    handled_weight: float
    good_weight: float
    decided_squares: float
    surveyed: int
    surveyed_weight: float
    surveyed_good_weight: float
    surveyed_squares: float
    inferred: int
    inferred_weight: float
    inferred_good_weight: float
    inferred_squares: float
    labelled: int
    labelled_weight: float
    labelled_liked_weight: float
    overlap_liked: int
    overlap_hits: int
    overlap_disliked: int
    overlap_false_hits: int
    answered_weight: float
    answered_liked_weight: float
    silent: int
    silent_weight: float
    silent_liked_weight: float

    @property
    def handled_rate(self) -> float:
        """Handled / decided cases; 0 without decided ones."""
        return self.handled_weight / self.decided_weight if self.decided_weight else 0.0

    @property
    def design_effect(self) -> float:
        """By how much unequal weights widen a variance (Kish 1965, Survey Sampling, 11.7)."""
        return self.decided * self.decided_squares / self.decided_weight**2 if self.decided_weight else 1.0

    @property
    def audit_label(self) -> float:
        """Mean label of all cases, undecided ones with `UNDECIDED`."""
        return (self.good + UNDECIDED * (self.cases - self.decided)) / self.cases

    @property
    def silent_label(self) -> float:
        """Mean label of the silent cases; 0 without any."""
        return self.silent_liked_weight / self.silent_weight if self.silent_weight else 0.0


@dataclass(frozen=True)
class Evidence:
    """Everything that the estimators look at.

    Attributes:
        final: weeks that were judged for the last time; `open_weeks` are provisional with settled days.
        versions: labeler version of most cases of a week.
        audits: y, f, probability and sample by place and week.
        callbacks: y, f and probability by week.
    """

    cells: dict[Place, dict[date, Cell]]
    audits: dict[Place, dict[date, tuple[Vector, ...]]]
    callbacks: dict[date, tuple[Vector, ...]]
    versions: dict[date, str]
    final: frozenset[date]
    open_weeks: frozenset[date]

    def trailing(self, place: Place, week: date) -> list[date]:
        """The week and up to seven before it, oldest first, that one labeler version judged."""
        first, version = week - timedelta(weeks=POOLED_WEEKS - 1), self.versions.get(week)
        return [other for other in self.cells[place] if first <= other <= week and self.versions.get(other) == version]

    def audited(self, place: Place, week: date) -> AuditedWeek:
        """The audits of a week; empty where there were none."""
        cell = self.cells[place][week]
        y, f, probability, sample = self.audits.get(place, {}).get(week, (np.zeros(0),) * 4)
        return audited_week(y, f, probability, cell.audit_label, cell.cases, sample)

    def called_back(self, week: date) -> AuditedWeek:
        """The silent customers of a week and those of them who answered a call-back."""
        cell = self.cells[TOTAL][week]
        y, f, probability = self.callbacks.get(week, (np.zeros(0),) * 3)
        return audited_week(y, f, probability, cell.silent_label, cell.silent)


def read_evidence(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> Evidence:
    """From a connection with all core tables."""
    parameters = workspace.parameters()
    workspace.lake.view(connection, "core/human_labels")
    select(connection, "mart/_star_answers", parameters).to_table("_star_answers")
    for _ in by_weeks(workspace, connection, ("case", "turn", "call")):
        for name in ("_weeks", "_star_cases"):
            add_rows(connection, name, select(connection, f"mart/{name}", parameters))
    for name in ("cells", "audits", "callbacks", "versions"):
        select(connection, f"mart/_star_{name}", parameters).to_table(f"_star_{name}")
    weeks = connection.execute("select week, week_final, case_completeness > 0 from _weeks order by week").fetchall()
    return Evidence(
        cells=_cells(connection),
        audits=_audits(connection),
        callbacks=_callbacks(connection),
        versions=dict(connection.execute("select week, labeler_version from _star_versions").fetchall()),
        final=frozenset(week for week, final, _ in weeks if final),
        open_weeks=frozenset(week for week, final, settled in weeks if settled and not final),
    )


def _cells(connection: duckdb.DuckDBPyConnection) -> dict[Place, dict[date, Cell]]:
    names = ", ".join(field.name for field in fields(Cell))
    found: dict[Place, dict[date, Cell]] = {}
    ordered = f"select week, dimension, segment, {names} from _star_cells order by dimension, segment, week"
    for week, dimension, segment, *counts in connection.execute(ordered).fetchall():
        found.setdefault((dimension, segment), {})[week] = Cell(*counts)
    return found


def _audits(connection: duckdb.DuckDBPyConnection) -> dict[Place, dict[date, tuple[Vector, ...]]]:
    rows: dict[Place, dict[date, list[tuple[float, ...]]]] = {}
    names = ", ".join(_DIMENSIONS)
    found = connection.execute(f"select week, y, f, probability, sample, {names} from _star_audits").fetchall()
    for week, y, f, probability, sample, *segments in found:
        for place in (TOTAL, *zip(_DIMENSIONS, segments, strict=True)):
            rows.setdefault(place, {}).setdefault(week, []).append((y, f, probability, sample))
    return {place: {week: _columns(audits) for week, audits in weeks.items()} for place, weeks in rows.items()}


def _callbacks(connection: duckdb.DuckDBPyConnection) -> dict[date, tuple[Vector, ...]]:
    rows: dict[date, list[tuple[float, ...]]] = {}
    for week, *row in connection.execute("select week, y, f, probability from _star_callbacks").fetchall():
        rows.setdefault(week, []).append(tuple(row))
    return {week: _columns(answers) for week, answers in rows.items()}


def _columns(rows: list[tuple[float, ...]]) -> tuple[Vector, ...]:
    return tuple(np.array(column, dtype=float) for column in zip(*sorted(rows), strict=True))
