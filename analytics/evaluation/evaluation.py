"""`lodestar evaluate`: everything that can be said about one labeler version, in one structure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import duckdb
from msgspec import Struct, convert

from analytics.errors import ConfigurationError
from analytics.evaluation.baselines import TOOL_ANSWERS, tool_confirmed
from analytics.evaluation.comparison import Comparison, compare
from analytics.evaluation.conversations import conversations_of
from analytics.evaluation.injections import InjectionFigures
from analytics.evaluation.stability import QUESTIONS, Flips, Move, flips
from analytics.evaluation.trials import asked_again, injection_trials
from analytics.evaluation.verdicts import Asked, Version, read_questions, read_versions
from analytics.labeling.interface import Conversation, Label, Labeler
from analytics.labeling.remote import RemoteLabeler
from analytics.redaction.table import TEXT_TABLES
from analytics.shipped import sql
from analytics.workspace import Workspace

#: Calls of the frozen sample: a flip rate of 0 is then known to within 0.8 points.
FROZEN_CALLS = 500
_TABLES = ("human_labels", "calls", "cases", "labels")


class Request(Struct, frozen=True):
    """What to evaluate.

    Attributes:
        version: start of the name of a labeler version; None: the current one.
        against: start of the name of the version to compare it with; None: the newest other one, if there is any.
        weeks: Mondays; none: all.
        ask: whether a labeler behind a server is sent the injection set, which costs money.
    """

    version: str | None = None
    against: str | None = None
    weeks: tuple[date, ...] = ()
    ask: bool = False


class Stability(Struct, frozen=True):
    """Flips between what `before` names and the labels of the evaluated version."""

    before: str
    flips: list[Flips]


class Evaluation(Struct, frozen=True):
    """A labeler version against people, baselines, another version, itself, and instructions to the rater.

    `notes` say what is missing, why, and what to do about it.
    """

    version: Version
    weeks: list[date]
    min_n: int
    comparisons: list[Comparison]
    stability: list[Stability]
    injections: list[InjectionFigures]
    notes: list[str]


class _Frozen(Struct, frozen=True):
    label: Label
    call_date: date


class _Read(Struct, frozen=True):
    version: Version
    asked: list[Asked]
    frozen: list[_Frozen]
    against: Stability | None


def evaluate(workspace: Workspace, request: Request, labeler_of: Callable[[str], Labeler | None]) -> Evaluation | None:
    """Evaluate one version; None before any call is labeled.

    Args:
        workspace: the home; nothing in it changes.
        request: what to evaluate.
        labeler_of: the labeler of a name, as it would answer now.

    Raises:
        ConfigurationError: no version, or more than one, has a name that begins so.
    """
    if not all(workspace.lake.exists(f"core/{table}") for table in (*_TABLES, *TEXT_TABLES, "redacted_texts")):
        return None
    min_n = workspace.settings.reporting.min_n
    with workspace.connection() as connection:
        for table in _TABLES:
            workspace.lake.view(connection, f"core/{table}")
        read = _read(connection, request, min_n)
    if read is None:
        return None
    tools, calls = _evidence(workspace, read)
    stability, injections, notes = _trials(labeler_of(read.version.labeler), read, calls, request, min_n)
    comparisons = [compare(asked, tools, min_n) for asked in read.asked]
    return Evaluation(
        version=read.version,
        weeks=list(request.weeks),
        min_n=min_n,
        comparisons=comparisons,
        stability=[*([read.against] if read.against else []), *stability],
        injections=injections,
        notes=[*([] if comparisons else [_NO_VERDICTS]), *([] if read.against else [_NO_OTHER]), *notes],
    )


_NO_VERDICTS = (
    "no human labels in these weeks: `lodestar audit draw` makes a random sample for reviewers, and the landing folder"
    " takes human_label records"
)
_NO_OTHER = "no other labeler version has labels: nothing to flip against"


def _read(connection: duckdb.DuckDBPyConnection, request: Request, min_n: int) -> _Read | None:
    versions = read_versions(connection)
    if not versions:
        return None
    version = _named(versions, request.version) if request.version else versions[0]
    others = [other for other in versions if other != version and other.labels]
    other = _named(versions, request.against) if request.against else next(iter(others), None)
    parameters = {"version": version.labeler_version, "weeks": list(request.weeks)}
    return _Read(
        version=version,
        asked=read_questions(connection, version.labeler_version, request.weeks),
        frozen=_frozen(connection, parameters | {"size": FROZEN_CALLS}),
        against=_against(connection, parameters, other, min_n) if other else None,
    )


def _named(versions: Sequence[Version], start: str) -> Version:
    found = [version for version in versions if version.labeler_version.startswith(start)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(version.labeler_version for version in found or versions)
    msg = f"{'more than one' if found else 'no'} labeler version begins with {start!r}; there are {names}"
    raise ConfigurationError(msg)


def _frozen(connection: duckdb.DuckDBPyConnection, parameters: dict[str, Any]) -> list[_Frozen]:
    rows = connection.sql(sql("evaluation/frozen_sample"), params=parameters).to_arrow_table().to_pylist()
    return [_Frozen(convert(row, Label), row["call_date"]) for row in rows]


def _against(
    connection: duckdb.DuckDBPyConnection, parameters: dict[str, Any], other: Version, min_n: int
) -> Stability:
    both = parameters | {"against": other.labeler_version}
    rows = connection.sql(sql("evaluation/answers_of_two"), params=both).fetchall()
    moves = {question: [Move(*row) for name, *row in rows if name == question] for question in QUESTIONS}
    return Stability(other.labeler_version, [flips(question, found, min_n) for question, found in moves.items()])


def _evidence(workspace: Workspace, read: _Read) -> tuple[dict[str, bool | None], list[Conversation]]:
    """What the tool rule says of each call with a verdict, and the calls of the frozen sample, in its order."""
    ruled = {v.call_id: v.call_date for asked in read.asked if asked.question in TOOL_ANSWERS for v in asked.verdicts}
    frozen = {sampled.label.call_id: sampled.call_date for sampled in read.frozen}
    tools, calls = {}, {}
    for call in conversations_of(workspace, ruled | frozen):
        tools[call.call_id] = tool_confirmed(call.tools)
        if call.call_id in frozen:
            calls[call.call_id] = call
    return tools, [calls[call_id] for call_id in frozen]


def _trials(
    labeler: Labeler | None, read: _Read, calls: Sequence[Conversation], request: Request, min_n: int
) -> tuple[list[Stability], list[InjectionFigures], Iterable[str]]:
    version = read.version.labeler_version
    if labeler is None or labeler.version != version:
        now = f"now it is {labeler.version}" if labeler else "it is not one of Lodestar's"
        return [], [], [f"{version} cannot be asked, {now}: no injection set, and the frozen sample is not asked again"]
    injections = injection_trials(labeler, calls, min_n, ask=request.ask)
    if isinstance(labeler, RemoteLabeler):
        return [], injections, _NOT_ASKED if not any(trial.n for trial in injections) else [_ASKED_ONCE]
    again = asked_again(labeler, calls, [sampled.label for sampled in read.frozen], min_n)
    return [Stability("asked again", again)], injections, []


_ASKED_ONCE = "a model is never asked twice about the same call; compare two versions with --against"
_NOT_ASKED = [_ASKED_ONCE, "the model has not been asked about the injection set: --ask does it, and costs money"]
