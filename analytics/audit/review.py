"""What a reviewer sees of a case: all its calls in order, as the labelers read them, and nothing that anyone predicted.

Neither labels nor surveys, tickets, strata or agent versions are read here: a reviewer who knows them is not blind.
"""

from datetime import date, datetime
from typing import Any, ClassVar

import duckdb
from msgspec import Struct

from analytics.lake import select
from analytics.redaction.policy import policy_of
from analytics.redaction.redactor import Finder
from analytics.redaction.shared_values import find_conversation_values
from analytics.shipped import sql
from analytics.workspace import Workspace

_TALL = ("turns", "tool_calls", "events")
_BEFORE_ALL = -1


class Turn(Struct, frozen=True):
    """What somebody said; `at_ms` from the start of the call."""

    kind: ClassVar[str] = "turn"
    speaker: str
    text: str | None
    at_ms: int | None


class ToolUse(Struct, frozen=True):
    """A tool call with its result as JSON text; None: unknown."""

    kind: ClassVar[str] = "tool"
    name: str
    interface: str
    transport_ok: bool | None
    business_ok: bool | None
    error_type: str | None
    result: str | None


class Event(Struct, frozen=True):
    """Something that happened in the call."""

    kind: ClassVar[str] = "event"
    type: str
    by: str | None
    at_ms: int | None


Entry = Turn | ToolUse | Event


class ReviewedCall(Struct, frozen=True):
    """One call of a case; `later`: it began after the case's 168 hours and does not count."""

    call_id: str
    started_at: datetime
    duration_s: float | None
    channel: str | None
    language: str | None
    use_case: str | None
    end_reason: str | None
    later: bool
    entries: tuple[Entry, ...]


def reviewed_calls(workspace: Workspace, case_ids: list[str]) -> dict[str, list[ReviewedCall]]:
    """The calls of each case in order of their start."""
    with workspace.connection() as connection:
        _restrict(workspace, connection, case_ids)
        read = connection.sql(sql("core/_conversations")).to_arrow_table().to_pylist()
        conversations = {call["call_id"]: call for call in read}
        facts = select(connection, "audit/timings", {}).to_arrow_table().to_pylist()
    calls: dict[str, list[ReviewedCall]] = {case_id: [] for case_id in case_ids}
    for call in facts:
        calls[call["case_id"]].append(_reviewed(conversations[call["call_id"]] | call))
    return calls


def _restrict(workspace: Workspace, connection: duckdb.DuckDBPyConnection, case_ids: list[str]) -> None:
    """Views core.* that hold the calls of these cases alone, and table `_reviewed` that says which those are."""
    lake = workspace.lake
    for table in ("calls", "case_calls", "cases"):
        lake.view(connection, f"core/{table}")
    connection.execute(
        "create temp table _reviewed as select case_id, call_id, call_date"
        " from core.case_calls join core.calls using (call_id) where case_id in (select unnest($cases::varchar[]))",
        {"cases": case_ids},
    )
    found = connection.execute("select distinct call_date from _reviewed").fetchall()
    days: list[date] = [day for (day,) in found]
    for table in (*_TALL, "redacted_texts"):
        lake.view(connection, f"core/{table}", days)
    for table in ("calls", *_TALL):
        connection.execute(
            f"create temp table _{table} as select * from core.{table} where call_id in (select call_id from _reviewed)"
        )
        connection.execute(f"create or replace view core.{table} as select * from _{table}")
    connection.execute(sql("core/_redacted"))
    find_conversation_values(connection, Finder(policy_of(workspace.settings.redaction)))


def _reviewed(call: dict[str, Any]) -> ReviewedCall:
    facts = {name: call[name] for name in ReviewedCall.__struct_fields__ if name != "entries"}
    return ReviewedCall(**facts, entries=tuple(_timeline(call)))


def _timeline(call: dict[str, Any]) -> list[Entry]:
    """Turns in their order; a tool call behind its turn, an event behind the turn that began before it."""
    times = {spoken["seq"]: spoken["at_ms"] for spoken in call["spoken_at"]}
    turns = [Turn(turn["speaker"], turn["text"], times.get(turn["seq"])) for turn in call["turns"]]
    behind: dict[int, list[Entry]] = {}
    for tool in call["tools"]:
        use = ToolUse(**{name: tool[name] for name in ToolUse.__struct_fields__})
        at = _last_before([turn["seq"] for turn in call["turns"]], tool["turn_seq"])
        behind.setdefault(at, []).append(use)
    for event in call["happened"]:
        at = _last_before([turn.at_ms for turn in turns], event["at_ms"])
        behind.setdefault(at, []).append(Event(**event))
    entries = list(behind.get(_BEFORE_ALL, []))
    for place, turn in enumerate(turns):
        entries += [turn, *behind.get(place, [])]
    return entries


def _last_before(begun: list[int | None], moment: int | None) -> int:
    """Place of the last turn that is not after a moment; where that cannot be known, the last of all."""
    known = [place for place, other in enumerate(begun) if other is not None]
    if moment is None or not known:
        return len(begun) - 1
    return max((place for place in known if (begun[place] or 0) <= moment), default=_BEFORE_ALL)
