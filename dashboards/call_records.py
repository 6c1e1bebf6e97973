"""Records of single calls: what the listen list and its transcripts are made of."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Listened:
    """One row of mart.listen_list with the call's own id at its producer and the start of the turn."""

    week: date
    rank: int
    call_id: str
    reason: str
    turn_seq: int | None = None
    start_ms: int | None = None
    started_at: datetime | None = None
    source: str | None = None
    source_call_id: str | None = None
    use_case: str | None = None
    agent_version: str | None = None
    language: str | None = None
    nps_score: int | None = None
    sentiment: str | None = None
    outcome: str | None = None
    worst_turn_ms: int | None = None
    failed_tool: str | None = None
    driver_segment: str | None = None


@dataclass(frozen=True)
class Turn:
    """One row of core.turns."""

    call_id: str
    seq: int
    speaker: str
    start_ms: int | None = None
    text: str | None = None
    interrupted: bool | None = None
    ttft_ms: int | None = None
    ttft_valid: bool | None = None
    endpointing_ms: int | None = None
    stt_ms: int | None = None
    llm_ttft_ms: int | None = None
    tool_ms: int | None = None
    tts_ttfb_ms: int | None = None


@dataclass(frozen=True)
class ToolCall:
    """One row of core.tool_calls."""

    call_id: str
    tool_call_id: str
    turn_seq: int | None = None
    name: str = ""
    interface: str | None = None
    duration_ms: int | None = None
    status: str | None = None
    error_type: str | None = None


@dataclass(frozen=True)
class Quoted:
    """The current label of a call with the words that it rests on, JSON; NULL where text is not published."""

    call_id: str
    sentiment: str | None = None
    outcome: str | None = None
    evidence: str | None = None
