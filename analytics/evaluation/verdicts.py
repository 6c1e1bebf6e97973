"""People's verdicts beside a labeler version's answers, read from the lake."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import duckdb
from msgspec import Struct, convert, structs

from analytics.shipped import sql

#: Columns by which figures are split; `transcript` is whole, or cut before it was sent.
SEGMENTS = ("use_case", "language", "channel", "agent_version", "transcript")
#: A question with many classes, and the same question as a yes or no: its name, its class, the rest.
_YES_OR_NO = {
    "outcome": ("resolved", "resolved", "not_resolved"),
    "sentiment": ("negative", "negative", "not_negative"),
}
_UNDECIDED = (None, "unclear")


class Version(Struct, frozen=True):
    """A labeler version of core.labels with the number of its labels of status ok."""

    labeler_version: str
    labeler: str
    model: str
    labels: int
    current_labels: int


class Verdict(Struct, frozen=True):
    """What people say of one call or case, and what the labeler says; `status` is that of the label.

    `truth` is None where reviewers disagree, `answer` where there is no label of status ok.
    """

    question: str
    unit: str
    unit_id: str
    call_id: str
    call_date: date
    drawn: bool
    truth: str | None
    sampling_probability: float | None
    use_case: str | None
    language: str | None
    channel: str | None
    agent_version: str | None
    transcript: str
    status: str
    answer: str | None


class Asked(Struct, frozen=True):
    """A question to one kind of sample, with all its verdicts."""

    question: str
    unit: str
    drawn: bool
    verdicts: tuple[Verdict, ...]


def read_versions(connection: duckdb.DuckDBPyConnection) -> list[Version]:
    """All versions of core.labels, the one that most current rows have first."""
    return [convert(row, Version) for row in _rows(connection, "evaluation/versions", {})]


def read_questions(connection: duckdb.DuckDBPyConnection, version: str, weeks: Sequence[date]) -> list[Asked]:
    """Every question that people answered about calls or cases of these weeks (Mondays; none: all).

    outcome and sentiment are asked twice: as a yes or no, and with all their classes.
    """
    rows = _rows(connection, "evaluation/verdicts", {"version": version, "weeks": list(weeks)})
    verdicts = [convert(row, Verdict) for row in rows]
    kinds = groupby(verdicts, key=lambda verdict: (verdict.question, verdict.unit, verdict.drawn))
    return [asked for kind, group in kinds for asked in _both_ways(Asked(*kind, tuple(group)))]


def _both_ways(asked: Asked) -> Iterator[Asked]:
    if asked.question in _YES_OR_NO:
        name, yes, no = _YES_OR_NO[asked.question]
        verdicts = tuple(
            structs.replace(
                verdict, question=name, truth=_either(verdict.truth, yes, no), answer=_either(verdict.answer, yes, no)
            )
            for verdict in asked.verdicts
        )
        yield Asked(name, asked.unit, asked.drawn, verdicts)
    yield asked


def _either(said: str | None, yes: str, no: str) -> str | None:
    if said in _UNDECIDED:
        return said
    return yes if said == yes else no


def _rows(connection: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    return list(connection.sql(sql(name), params=parameters).to_arrow_table().to_pylist())
