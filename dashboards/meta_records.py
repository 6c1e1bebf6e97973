"""Records of what the pipeline says about itself: runs, checks, the books of landed files, quarantine, dictionary."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Run:
    """One run of the pipeline."""

    run_id: str
    started_at: datetime


@dataclass(frozen=True)
class Check:
    """One rule of the newest run; `n` counts its offenders."""

    check_name: str
    severity: str
    status: str
    n: int
    message: str


@dataclass(frozen=True)
class LabelerChange:
    """One row of mart.labeler_changes: what a newer labeler did to the level of one question, on the same calls."""

    changed_at: datetime
    previous_version: str
    labeler_version: str
    question: str
    n: int
    shift: float
    shift_ci_low: float
    shift_ci_high: float


@dataclass(frozen=True)
class Books:
    """Landed files of one status, and what became of their rows."""

    status: str
    files: int
    rows_in: int
    rows_loaded: int
    rows_quarantined: int
    rows_superseded: int


@dataclass(frozen=True)
class Quarantined:
    """Refused lines by reason code."""

    code: str
    open_lines: int
    resolved_lines: int


@dataclass(frozen=True)
class Column:
    """One row of meta.dictionary; the table's own row has no column name."""

    table_name: str
    column_name: str | None
    type: str
    meaning: str
