"""What a labeler sees of a call, what it answers, and the protocol that all labelers share.

Nothing here knows a model, a network or a table: `offline.py` and any model-backed labeler implement `Labeler`.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

from msgspec import Struct

Sentiment = Literal["negative", "neutral", "positive", "unclear"]
Outcome = Literal["resolved", "partially_resolved", "unresolved", "handed_over", "abandoned", "unclear"]
Status = Literal["ok", "pending", "gated", "refused", "truncated", "invalid", "error", "skipped_budget"]


class SpokenTurn(Struct, frozen=True):
    """One turn as the labeler reads it; `speaker` is caller, agent, human_agent or system."""

    seq: int
    speaker: str
    text: str | None


class ToolUse(Struct, frozen=True):
    """One tool call: `transport_ok` is the technical result, `business_ok` whether it did what was asked."""

    turn_seq: int | None
    name: str
    interface: str
    transport_ok: bool | None
    business_ok: bool | None
    error_type: str | None
    result: str | None = None  # JSON text as received


class Conversation(Struct, frozen=True):
    """One eligible call with its evidence, in order of `seq` (turns) and time (tool uses)."""

    call_id: str
    channel: str | None
    language: str | None
    use_case: str | None
    end_reason: str | None
    handover: str  # none, requested, completed, failed
    dropped: bool | None
    turns: tuple[SpokenTurn, ...]
    tools: tuple[ToolUse, ...]


class Quote(Struct, frozen=True):
    """A verbatim quote that supports the label; it must stand in turn `seq`."""

    seq: int
    text: str


class Label(Struct, frozen=True):
    """One labeler's answer about one call. Only `status == "ok"` carries labels; probabilities are 0 to 1."""

    call_id: str
    status: Status
    sentiment_start: Sentiment | None = None
    sentiment: Sentiment | None = None
    outcome: Outcome | None = None
    nps_predicted: int | None = None
    positive_probability: float | None = None
    resolved_probability: float | None = None
    topic: str | None = None
    evidence: tuple[Quote, ...] = ()
    injection_suspected: bool = False


class Labeler(Protocol):
    """Labels calls; equal input and equal `version` give equal answers or an honest status."""

    name: str
    model: str
    version: str

    def label(self, conversations: Iterable[Conversation]) -> Iterator[Label]:
        """Yield one label per conversation, in the same order."""
        ...
