"""Transcripts of the picked calls: what was said, how long answers took, what tools did, what the label rests on.

Text is published in redacted form only; where it is not published the page says so and keeps times and tools.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import wording
from dashboards.call_records import Listened, ToolCall, Turn
from dashboards.edition import Edition
from dashboards.listening import listen_items, listened

NOT_PUBLISHED = "The text of this call is not published."
NO_TURNS = "The turns of this call are not published: it is older than the weeks that the file holds."


@dataclass(frozen=True)
class TurnView:
    """One turn; `facts` are its wait and its tool calls."""

    seq: int
    at: str
    speaker: str
    text: str
    facts: list[str]
    is_start: bool


@dataclass(frozen=True)
class Transcript:
    """One picked call."""

    rank: int
    call_id: str
    reason: str
    facts: list[str]
    quotes: list[str]
    note: str
    turns: list[TurnView]


def transcripts(edition: Edition) -> list[Transcript]:
    """The picked calls of the headline week in the order of the list."""
    items = {item.rank: item for item in listen_items(edition)}
    shown = []
    for call in listened(edition):
        turns = [turn for turn in edition.publication.turns if turn.call_id == call.call_id]
        shown.append(
            Transcript(
                rank=call.rank,
                call_id=call.call_id,
                reason=items[call.rank].reason,
                facts=items[call.rank].facts,
                quotes=_quotes(edition, call),
                note=_note(turns),
                turns=[_turn(edition, call, turn) for turn in turns],
            )
        )
    return shown


def _note(turns: Sequence[Turn]) -> str:
    if not turns:
        return NO_TURNS
    return "" if any(turn.text for turn in turns) else NOT_PUBLISHED


def _turn(edition: Edition, call: Listened, turn: Turn) -> TurnView:
    tools = [
        tool for tool in edition.publication.tool_calls if (tool.call_id, tool.turn_seq) == (call.call_id, turn.seq)
    ]
    return TurnView(
        seq=turn.seq,
        at=_clock(turn.start_ms),
        speaker=turn.speaker.replace("_", " "),
        text=turn.text or "",
        facts=[*_wait(edition, turn), *(_tool(tool) for tool in tools), *(["cut short"] if turn.interrupted else [])],
        is_start=turn.seq == call.turn_seq,
    )


def _wait(edition: Edition, turn: Turn) -> list[str]:
    if turn.ttft_ms is None or not turn.ttft_valid:
        return []
    measured = {part: getattr(turn, f"{part}_ms", None) for part in wording.PARTS}
    parts = [f"{wording.part_name(part)} {value:,}" for part, value in measured.items() if value is not None]
    slow = ", slow" if turn.ttft_ms > edition.settings.slo.ttft_ms else ""
    return [f"waited {wording.amount(turn.ttft_ms, 'ms')}{slow}{': ' if parts else ''}{', '.join(parts)}"]


def _tool(tool: ToolCall) -> str:
    took = "" if tool.duration_ms is None else f", {wording.amount(tool.duration_ms, 'ms')}"
    error = f" ({wording.quoted(tool.error_type)})" if tool.error_type else ""
    return (
        f"tool {wording.quoted(tool.name)} over {tool.interface or 'unknown'}: {tool.status or 'unknown'}{error}{took}"
    )


def _quotes(edition: Edition, call: Listened) -> list[str]:
    """Texts of the label's evidence, a JSON list of strings or of objects with a quote."""
    found = [quoted.evidence for quoted in edition.publication.quotes if quoted.call_id == call.call_id]
    if not found or not found[0]:
        return []
    try:
        evidence = json.loads(found[0])
    except ValueError:
        return [found[0]]
    return [text for entry in evidence if (text := _quote(entry))] if isinstance(evidence, list) else [str(evidence)]


def _quote(entry: object) -> str:
    if isinstance(entry, dict):
        return str(entry.get("quote") or entry.get("text") or "")
    return str(entry)


def _clock(start_ms: int | None) -> str:
    if start_ms is None or start_ms < 0:
        return ""
    minutes, seconds = divmod(int(start_ms) // 1000, 60)
    return f"{minutes:02}:{seconds:02}"
