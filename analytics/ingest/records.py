"""The native records, declared once: the gate decodes into them and the raw tables take their columns from them.

A key that is absent is `UNSET`; a known optional key that is null counts as absent. Rules that one value can break
stand in its type; rules between values stand in `gate.py`.
"""

from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

T = TypeVar("T")
Maybe: TypeAlias = T | UnsetType | None

_LARGEST_EXACT = 2**53  # beyond it a JSON number is no longer exact in every reader

ID_PATTERN = r"\A[^\x00-\x1f\x7f-\x9f]*\Z"
SOURCE_PATTERN = r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"
_HOUR_MINUTE = r"([01][0-9]|2[0-3]):[0-5][0-9]"
TIME_PATTERN = rf"\A[0-9]{{4}}-[0-9][0-9]-[0-9][0-9][Tt]{_HOUR_MINUTE}:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]{_HOUR_MINUTE})\Z"
AMOUNT_PATTERN = r"\A-?[0-9]{1,18}(\.[0-9]{1,18})?\Z"
CURRENCY_PATTERN = r"\A[A-Z]{3}\Z"

Id = Annotated[str, Meta(min_length=1, max_length=256, pattern=ID_PATTERN)]
SourceName = Annotated[str, Meta(pattern=SOURCE_PATTERN)]
Time = Annotated[str, Meta(pattern=TIME_PATTERN)]
_EXACT = Meta(ge=-_LARGEST_EXACT, le=_LARGEST_EXACT)
# whole numbers stay whole: as a double, 2**53 + 1 would pass for 2**53
Number = Annotated[int, _EXACT] | Annotated[float, _EXACT]
Count = Annotated[int, _EXACT]
Sequence = Annotated[int, Meta(ge=0, le=_LARGEST_EXACT)]
Probability = Annotated[float, Meta(gt=0, le=1)]
NpsScore = Annotated[int, Meta(ge=0, le=10)]
Amount = Annotated[str, Meta(pattern=AMOUNT_PATTERN)]
Currency = Annotated[str, Meta(pattern=CURRENCY_PATTERN)]
Speaker = Literal["caller", "agent", "human_agent", "system"]
Sentiment = Literal["negative", "neutral", "positive", "unclear"]
Outcome = Literal["resolved", "partially_resolved", "unresolved", "handed_over", "abandoned", "unclear"]


class Part(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Base of everything that stands in a line; keys that the format does not know go to `attributes`."""

    attributes: Maybe[Any] = UNSET


class Latency(Part, kw_only=True):
    """Parts of one agent turn's delay, milliseconds; they do not overlap."""

    ttft_ms: Maybe[Number] = UNSET
    endpointing_ms: Maybe[Number] = UNSET
    stt_ms: Maybe[Number] = UNSET
    llm_ttft_ms: Maybe[Number] = UNSET
    tool_ms: Maybe[Number] = UNSET
    tts_ttfb_ms: Maybe[Number] = UNSET


class Agent(Part, kw_only=True):
    """Who answered: the agent and its released version."""

    id: Maybe[Id] = UNSET
    version: Maybe[str] = UNSET


class Money(Part, kw_only=True):
    """An amount as a decimal string with its ISO 4217 currency."""

    amount: Amount
    currency: Currency


class InlineTurn(Part, kw_only=True):
    """One turn, identity (source, call_id, seq)."""

    seq: Sequence
    speaker: Speaker
    text: Maybe[str] = UNSET
    text_intended: Maybe[str] = UNSET
    start_ms: Maybe[Number] = UNSET
    end_ms: Maybe[Number] = UNSET
    interrupted: Maybe[bool] = UNSET
    cancelled: Maybe[bool] = UNSET
    latency: Maybe[Latency] = UNSET
    confidence: Maybe[Number] = UNSET
    agent_name: Maybe[str] = UNSET


class InlineToolCall(Part, kw_only=True):
    """One tool call, identity (source, call_id, id)."""

    id: Id
    name: str
    turn_seq: Maybe[Sequence] = UNSET
    interface: Maybe[str] = UNSET
    server: Maybe[str] = UNSET
    start_ms: Maybe[Number] = UNSET
    duration_ms: Maybe[Number] = UNSET
    transport_ok: Maybe[bool] = UNSET
    business_ok: Maybe[bool] = UNSET
    error_type: Maybe[str] = UNSET
    arguments: Maybe[Any] = UNSET
    result: Maybe[Any] = UNSET


class InlineEvent(Part, kw_only=True):
    """Something that happened in a call."""

    type: str
    id: Maybe[Id] = UNSET
    offset_ms: Maybe[Number] = UNSET
    by: Maybe[str] = UNSET
    component: Maybe[str] = UNSET
    code: Maybe[str] = UNSET


class InlineUsage(Part, kw_only=True):
    """What one component consumed or billed; `cached_input_tokens` is a part of `input_tokens`."""

    component: str
    id: Maybe[Id] = UNSET
    provider: Maybe[str] = UNSET
    model: Maybe[str] = UNSET
    input_tokens: Maybe[Count] = UNSET
    cached_input_tokens: Maybe[Count] = UNSET
    cache_write_tokens: Maybe[Count] = UNSET
    output_tokens: Maybe[Count] = UNSET
    characters: Maybe[Count] = UNSET
    requests: Maybe[Count] = UNSET
    audio_s: Maybe[Number] = UNSET
    billed_s: Maybe[Number] = UNSET
    cost: Maybe[Money] = UNSET


class Record(Part, tag_field="record", kw_only=True):
    """Base of the records that are no children (msgspec structs have one base, so children repeat two keys)."""

    source: Maybe[SourceName] = UNSET
    revision: Maybe[Sequence] = UNSET


class Call(Record, tag="call", kw_only=True):
    """One call, identity (source, id); it may carry its children."""

    id: Id
    started_at: Time
    deleted: Maybe[bool] = UNSET
    answered_at: Maybe[Time] = UNSET
    ended_at: Maybe[Time] = UNSET
    connected: Maybe[bool] = UNSET
    billed_s: Maybe[Number] = UNSET
    end_reason: Maybe[str] = UNSET
    ended_by: Maybe[str] = UNSET
    telephony_call_id: Maybe[Id] = UNSET
    human_agent_ms: Maybe[Number] = UNSET
    case_id: Maybe[Id] = UNSET
    customer_id: Maybe[Id] = UNSET
    use_case: Maybe[str] = UNSET
    language: Maybe[str] = UNSET
    channel: Maybe[str] = UNSET
    direction: Maybe[str] = UNSET
    agent: Maybe[Agent] = UNSET
    environment: Maybe[str] = UNSET
    turns: Maybe[list[InlineTurn]] = UNSET
    tool_calls: Maybe[list[InlineToolCall]] = UNSET
    events: Maybe[list[InlineEvent]] = UNSET
    usage: Maybe[list[InlineUsage]] = UNSET


class Turn(InlineTurn, tag_field="record", tag="turn", kw_only=True):
    """A turn on a line of its own."""

    call_id: Id
    source: Maybe[SourceName] = UNSET
    revision: Maybe[Sequence] = UNSET


class ToolCall(InlineToolCall, tag_field="record", tag="tool_call", kw_only=True):
    """A tool call on a line of its own."""

    call_id: Id
    source: Maybe[SourceName] = UNSET
    revision: Maybe[Sequence] = UNSET


class Event(InlineEvent, tag_field="record", tag="event", kw_only=True):
    """An event on a line of its own."""

    call_id: Id
    source: Maybe[SourceName] = UNSET
    revision: Maybe[Sequence] = UNSET


class Usage(InlineUsage, tag_field="record", tag="usage", kw_only=True):
    """A usage line of its own."""

    call_id: Id
    source: Maybe[SourceName] = UNSET
    revision: Maybe[Sequence] = UNSET


class Survey(Record, tag="survey", kw_only=True):
    """An invitation (score null) or an answer, identity (source, id)."""

    id: Id
    instrument: str
    score: Number | None
    call_id: Maybe[Id] = UNSET
    case_id: Maybe[Id] = UNSET
    call_source: Maybe[SourceName] = UNSET
    answered_at: Maybe[Time] = UNSET
    invited_at: Maybe[Time] = UNSET
    channel: Maybe[str] = UNSET
    sampling_probability: Maybe[Probability] = UNSET


class Case(Record, tag="case", kw_only=True):
    """What a ticket system says of a case, identity (source, id)."""

    id: Id
    call_source: Maybe[SourceName] = UNSET
    opened_at: Maybe[Time] = UNSET
    closed_at: Maybe[Time] = UNSET
    handled: Maybe[bool] = UNSET


class HumanLabel(Record, tag="human_label", kw_only=True):
    """A reviewer's answer about a call or a case, identity (source, call_id or case_id, labeled_by, sample_id)."""

    labeled_by: Id
    labeled_at: Time
    call_id: Maybe[Id] = UNSET
    case_id: Maybe[Id] = UNSET
    call_source: Maybe[SourceName] = UNSET
    sample_id: Maybe[Id] = UNSET
    sampling_probability: Maybe[Probability] = UNSET
    sentiment: Maybe[Sentiment] = UNSET
    outcome: Maybe[Outcome] = UNSET
    handled: Maybe[bool] = UNSET
    nps: Maybe[NpsScore] = UNSET


AnyRecord = Call | Turn | ToolCall | Event | Usage | Survey | Case | HumanLabel

#: Raw table of each record type; the order is the order in which a batch is written.
KINDS: dict[str, type[AnyRecord]] = {
    "calls": Call,
    "turns": Turn,
    "tool_calls": ToolCall,
    "events": Event,
    "usage": Usage,
    "surveys": Survey,
    "cases": Case,
    "human_labels": HumanLabel,
}
KIND_OF: dict[type[AnyRecord], str] = {record: kind for kind, record in KINDS.items()}
BY_TAG: dict[str, type[AnyRecord]] = {str(record.__struct_config__.tag): record for record in KIND_OF}

#: Keys whose values are objects, or lists of objects, that have known keys of their own.
NESTED: dict[str, type[Part]] = {
    "turns": InlineTurn,
    "tool_calls": InlineToolCall,
    "events": InlineEvent,
    "usage": InlineUsage,
    "latency": Latency,
    "agent": Agent,
    "cost": Money,
}

#: Keys of each record that hold a moment.
TIMES: dict[type[AnyRecord], tuple[str, ...]] = {
    record: tuple(name for name in record.__struct_fields__ if name.endswith("_at")) for record in KIND_OF
}

#: Every key that the format knows; only these may be named in a message, since an unknown key can be anything.
KNOWN_KEYS: frozenset[str] = frozenset(
    name for struct in (*KIND_OF, *NESTED.values()) for name in (*struct.__struct_fields__, "record")
)
