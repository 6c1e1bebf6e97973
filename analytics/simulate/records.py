"""The native records (design, section 5) as the simulator writes them; absent means default.

All offsets count from the call's `started_at`. Fields hold what a producer sends, so that the few
deliberately odd values (an unknown channel, a negative latency) fit in.
"""

from __future__ import annotations

from msgspec import Struct


class Latency(Struct, omit_defaults=True, gc=False):
    """Measured total time to first token of one agent turn, and its parts, which do not overlap."""

    ttft_ms: int
    endpointing_ms: int | None = None
    stt_ms: int | None = None
    llm_ttft_ms: int | None = None
    tool_ms: int | None = None
    tts_ttfb_ms: int | None = None


class Turn(Struct, omit_defaults=True, gc=False):
    """One utterance; on chat there is no end and no latency."""

    seq: int
    speaker: str
    text: str
    start_ms: int
    end_ms: int | None = None
    latency: Latency | None = None
    interrupted: bool = False
    cancelled: bool = False
    text_intended: str | None = None
    confidence: float | None = None


class ToolCall(Struct, omit_defaults=True, gc=False):
    """One tool call of the agent; `turn_seq` is the turn that waited for it."""

    id: str
    turn_seq: int
    name: str
    interface: str
    start_ms: int
    duration_ms: int
    transport_ok: bool
    business_ok: bool | None = None
    error_type: str | None = None
    server: str | None = None


class Event(Struct, omit_defaults=True, gc=False):
    """One state change of a call."""

    type: str
    offset_ms: int
    by: str | None = None
    code: str | None = None


class Money(Struct, gc=False):
    """A billed amount as a decimal string."""

    amount: str
    currency: str


class Usage(Struct, omit_defaults=True, gc=False):
    """What one component of a call used; with `cost` it is billed, else a price book prices it."""

    component: str
    provider: str
    model: str
    input_tokens: int | None = None
    cached_input_tokens: int | None = None
    output_tokens: int | None = None
    characters: int | None = None
    audio_s: float | None = None
    billed_s: int | None = None
    requests: int | None = None
    cost: Money | None = None


class Agent(Struct, gc=False):
    """The agent and its version."""

    id: str
    version: str


class Call(Struct, omit_defaults=True, tag_field="record", tag="call"):
    """One call; its children are inline, or None where they are delivered as lines of their own."""

    id: str
    started_at: str
    revision: int | None = None
    case_id: str | None = None
    customer_id: str | None = None
    channel: str | None = None
    direction: str | None = None
    language: str | None = None
    use_case: str | None = None
    agent: Agent | None = None
    answered_at: str | None = None
    ended_at: str | None = None
    connected: bool | None = None
    end_reason: str | None = None
    ended_by: str | None = None
    human_agent_ms: int | None = None
    environment: str | None = None
    turns: list[Turn] | None = None
    tool_calls: list[ToolCall] | None = None
    events: list[Event] | None = None
    usage: list[Usage] | None = None
    vendor_hint: str | None = None  # not a key of section 5: exercises "unknown keys are kept"


class Survey(Struct, omit_defaults=True, tag_field="record", tag="survey"):
    """One survey invitation; `score` stays null until it is answered."""

    id: str
    instrument: str
    score: int | None
    invited_at: str
    call_id: str | None = None
    case_id: str | None = None
    revision: int | None = None
    answered_at: str | None = None
    channel: str | None = None
    sampling_probability: float | None = None


class Case(Struct, omit_defaults=True, tag_field="record", tag="case"):
    """One ticket of a ticket system; `handled` is what the system says about the need."""

    id: str
    opened_at: str
    revision: int | None = None
    closed_at: str | None = None
    handled: bool | None = None
