"""Section 8, calls and time to first token, from the records in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from tests.reference.gate import instant
from tests.reference.values import half_up, not_negative, of_vocabulary

if TYPE_CHECKING:
    from tests.reference.prices import Item, PriceBook
    from tests.reference.receipt import KnownCall, Record
    from tests.reference.rules import Rules

NOT_CONNECTED = ("no_answer", "busy", "rejected", "failed_to_connect", "abandoned_before_connect")
TECHNICAL_END = ("network_drop", "llm_error", "stt_error", "tts_error", "platform_error")
INELIGIBLE_ENDS = ("voicemail", "wrong_number", "ivr_reached", "cancelled", "blocked_by_limit")
END_REASONS = (
    *("customer_hangup", "agent_hangup", "transferred", "transfer_failed", "silence_timeout", "max_duration"),
    *(*INELIGIBLE_ENDS, *NOT_CONNECTED, *TECHNICAL_END, "unknown"),
)
EVENT_TYPES = (
    *("disconnect", "reconnect", "network_degraded", "handover_requested", "handover_completed", "handover_failed"),
    *("barge_in", "false_interruption", "hold", "unhold", "dtmf", "silence", "voicemail_detected", "agent_handoff"),
    *("integration", "error", "unknown"),
)
CHANNELS = ("phone", "web", "sip", "chat", "sms", "messaging", "email", "unknown")
VOICE_CHANNELS = ("phone", "web", "sip")
LONGEST_TTFT_MS = 60_000
MIN_TEXTLESS_S = 10
# The characters that Unicode calls White_Space.
WHITE_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
WHITE_SPACE += "\u2028\u2029\u202f\u205f\u3000"
AS_SPACE = str.maketrans(dict.fromkeys(WHITE_SPACE, " "))

Outcome = Literal["none", "requested", "completed", "failed"]


@dataclass
class Turn:
    seq: int
    speaker: str
    start_ms: int | None
    end_ms: int | None
    interrupted: bool
    text: str | None
    cancelled: bool
    ttft_ms: int | None = None
    ttft_source: str | None = None
    ttft_valid: bool = False
    answers: bool = False
    parts: dict[str, int] = field(default_factory=dict)


@dataclass
class Call:
    """One row of `core.calls` with what the metrics need of its children."""

    call_id: str
    source: str
    started_at: datetime
    ended_at: datetime | None
    day: date
    week: date
    explicit_case: str | None
    customer: str | None
    segments: dict[str, str | None]
    environment: str
    end_reason: str | None
    connected: bool
    dropped: bool | None
    handover: Outcome
    duration_s: Decimal | None
    caller_words: int
    turns: list[Turn]
    tools: list[Record]
    disconnects: list[bool]
    cost_usd: Decimal | None
    usage: list[Record] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    events: list[Record] = field(default_factory=list)
    fixed_usd: Decimal = Decimal(0)
    billed_s: Decimal | None = None
    ineligible_reason: str | None = None
    case_id: str = ""
    flags: list[str] = field(default_factory=list)

    @property
    def eligible(self) -> bool:
        return self.ineligible_reason is None

    @property
    def counts_for_cost(self) -> bool:
        return self.connected and self.environment == "production"


def derive(known: list[KnownCall], prices: PriceBook, rules: Rules) -> list[Call]:
    """Every call in force, with its eligibility and its turns judged."""
    with_text = {call.record["source"] for call in known if any("text" in turn for turn in call.turns)}
    return [_call(call, call.record["source"] in with_text, prices, rules) for call in known]


def _call(known: KnownCall, source_has_text: bool, prices: PriceBook, rules: Rules) -> Call:
    record = known.record
    started, answered, ended = _times(record)
    end_reason = of_vocabulary(record.get("end_reason"), END_REASONS)
    connected = record.get("connected", end_reason not in NOT_CONNECTED)
    channel = of_vocabulary(record.get("channel"), CHANNELS)
    call = Call(
        call_id=f"{record['source']}:{record['id']}",
        source=record["source"],
        started_at=started,
        ended_at=ended,
        day=rules.day_of(started),
        week=rules.week_of(started),
        explicit_case=f"{record['source']}:{record['case_id']}" if "case_id" in record else None,
        customer=record.get("customer_id"),
        segments={
            "use_case": record.get("use_case"),
            "agent_version": record.get("agent", {}).get("version"),
            "language": record.get("language"),
            "channel": channel,
            "source": record["source"],
        },
        environment=record.get("environment", "production"),
        end_reason=end_reason,
        connected=connected,
        dropped=_dropped(end_reason, connected),
        handover=_handover(known, end_reason),
        duration_s=_duration(connected, answered or started, ended),
        caller_words=sum(_words(turn) for turn in known.turns),
        turns=judged_turns(known.turns, channel),
        tools=known.tool_calls,
        disconnects=_disconnects(known.events),
        cost_usd=prices.of_call(known.usage, started.date(), rules.required_components),
        usage=known.usage,
        items=prices.items(known.usage, started.date()),
        events=known.events,
        billed_s=_billed_s(record, known.usage),
    )
    call.ineligible_reason = _ineligible_reason(call, source_has_text, rules)
    return call


def _times(record: Record) -> tuple[datetime, datetime | None, datetime | None]:
    started = instant(record["started_at"])
    ended = instant(record["ended_at"]) if "ended_at" in record else None
    if ended is not None and ended < started:
        ended = None
    answered = instant(record["answered_at"]) if "answered_at" in record else None
    if answered is not None and (answered < started or (ended is not None and answered > ended)):
        answered = None
    return started, answered, ended


def _duration(connected: bool, begun: datetime, ended: datetime | None) -> Decimal | None:
    if not connected or ended is None or ended == begun:
        return None
    return Decimal((ended - begun) // timedelta(microseconds=1)) / 1_000_000


def _dropped(end_reason: str | None, connected: bool) -> bool | None:
    if end_reason in (None, "unknown"):
        return None
    return end_reason in TECHNICAL_END and connected


def _handover(known: KnownCall, end_reason: str | None) -> Outcome:
    types = {event["type"] for event in known.events}
    by_human = any(turn["speaker"] == "human_agent" for turn in known.turns)
    human_ms = not_negative(half_up(known.record.get("human_agent_ms"))) or 0
    if end_reason == "transferred" or by_human or human_ms > 0 or "handover_completed" in types:
        return "completed"
    if end_reason == "transfer_failed" or "handover_failed" in types:
        return "failed"
    return "requested" if "handover_requested" in types else "none"


def _billed_s(record: Record, usage: list[Record]) -> Decimal | None:
    """What the call says, else what its telephony lines say."""
    said = not_negative(record.get("billed_s"))
    lines = [not_negative(line.get("billed_s")) for line in usage if line["component"] == "telephony"]
    known = [Decimal(str(seconds)) for seconds in lines if seconds is not None]
    return Decimal(str(said)) if said is not None else sum(known, Decimal(0)) if known else None


def _words(turn: Record) -> int:
    if turn["speaker"] != "caller":
        return 0
    return len([word for word in turn.get("text", "").translate(AS_SPACE).split(" ") if word])


def _ineligible_reason(call: Call, source_has_text: bool, rules: Rules) -> str | None:
    if not call.connected:
        return "not_connected"
    if call.environment != "production":
        return "not_production"
    if call.end_reason in INELIGIBLE_ENDS:
        return call.end_reason
    if not call.turns:
        return "no_content"
    return "too_few_words" if _says_too_little(call, source_has_text, rules) else None


def _says_too_little(call: Call, source_has_text: bool, rules: Rules) -> bool:
    if source_has_text:
        return call.caller_words < rules.min_caller_words
    silent = all(turn.speaker != "caller" for turn in call.turns)
    return silent or (call.duration_s is not None and call.duration_s < MIN_TEXTLESS_S)


def _disconnects(events: list[Record]) -> list[bool]:
    """For each disconnect: whether a reconnect follows it."""
    at = {kind: [half_up(one.get("offset_ms")) for one in events if one["type"] == kind] for kind in EVENT_TYPES}
    back = [offset for offset in at["reconnect"] if offset is not None]
    return [gone is not None and any(offset > gone for offset in back) for gone in at["disconnect"]]


# Time to first token


def judged_turns(records: list[Record], channel: str | None) -> list[Turn]:
    """The turns by `seq`; an agent turn that answers has its time to first token judged."""
    turns: list[Turn] = []
    asked: Turn | None = None
    waiting = False
    previous_agent: Turn | None = None
    for record in records:
        turn = Turn(
            record["seq"],
            record["speaker"],
            half_up(record.get("start_ms")),
            half_up(record.get("end_ms")),
            record.get("interrupted", False),
            record.get("text"),
            record.get("cancelled", False),
        )
        turns.append(turn)
        if turn.speaker == "caller":
            asked, waiting = turn, True
        elif turn.speaker == "agent":
            turn.parts = _parts(record)
            if waiting and asked is not None:
                turn.answers = True
                _judge(turn, record, asked, previous_agent, channel)
            waiting, previous_agent = False, turn
    return turns


def _parts(record: Record) -> dict[str, int]:
    """The components of the wait that are known."""
    names = ("endpointing", "stt", "llm_ttft", "tool", "tts_ttfb")
    found = {name: not_negative(half_up(record.get("latency", {}).get(f"{name}_ms"))) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _judge(turn: Turn, record: Record, asked: Turn, previous: Turn | None, channel: str | None) -> None:
    measured = record.get("latency", {}).get("ttft_ms")
    if measured is not None:
        turn.ttft_ms, turn.ttft_source = half_up(measured), "measured"
    elif channel in VOICE_CHANNELS and turn.start_ms is not None and _has_length(asked):
        turn.ttft_ms, turn.ttft_source = turn.start_ms - (asked.end_ms or 0), "derived"
    if turn.ttft_ms is None or not 1 <= turn.ttft_ms <= LONGEST_TTFT_MS:
        turn.ttft_ms, turn.ttft_source = None, None
        return
    turn.ttft_valid = not record.get("cancelled", False) and not _barged_in(asked, previous)


def _has_length(turn: Turn) -> bool:
    return turn.start_ms is not None and turn.end_ms is not None and turn.end_ms > turn.start_ms


def _barged_in(asked: Turn, previous: Turn | None) -> bool:
    if previous is None or previous.end_ms is None or asked.start_ms is None:
        return False
    return asked.start_ms < previous.end_ms
