"""What section 8 of the design says about one delivered call: eligibility, handover, time, latency.

Reads only the record, never what the simulator knows beyond it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from analytics.simulate.clock import moment_ms

if TYPE_CHECKING:
    from analytics.simulate.records import Call, Turn

NOT_CONNECTED: Final = frozenset({"no_answer", "busy", "rejected", "failed_to_connect", "abandoned_before_connect"})
_EXCLUDED: Final = frozenset({"voicemail", "wrong_number", "ivr_reached", "cancelled", "blocked_by_limit"})
_MIN_CALLER_WORDS: Final = 3
_LONGEST_TTFT_MS: Final = 60_000


class CallFacts(Struct, gc=False):
    """One call as a correct reader sees it."""

    production: bool
    eligible: bool
    handover_completed: bool
    connected_ms: int
    """Conversation time; 0 where it is unknown or the call was not connected."""
    ttft_ms: list[int]
    """Measured values of the valid turns; empty for calls that are not eligible."""


def facts_of(call: Call) -> CallFacts:
    """Judge one call by the design's definitions."""
    connected = call.connected if call.connected is not None else call.end_reason not in NOT_CONNECTED
    production = call.environment in {None, "production"}
    turns = call.turns or []
    eligible = (
        connected and production and call.end_reason not in _EXCLUDED and bool(turns) and _has_caller_words(turns)
    )
    return CallFacts(
        production=production,
        eligible=eligible,
        handover_completed=eligible and _handover_completed(call),
        connected_ms=_duration_ms(call) if connected else 0,
        ttft_ms=_valid_ttft_ms(turns) if eligible else [],
    )


def _duration_ms(call: Call) -> int:
    if call.ended_at is None:
        return 0
    started_ms, ended_ms = moment_ms(call.started_at), moment_ms(call.ended_at)
    answered_ms = started_ms if call.answered_at is None else moment_ms(call.answered_at)
    if not started_ms <= answered_ms <= ended_ms:
        answered_ms = started_ms
    return max(0, ended_ms - answered_ms)


def _has_caller_words(turns: list[Turn]) -> bool:
    words = 0
    for turn in turns:
        if turn.speaker == "caller":
            words += len(turn.text.split())
            if words >= _MIN_CALLER_WORDS:
                return True
    return False


def _handover_completed(call: Call) -> bool:
    return (
        call.end_reason == "transferred"
        or (call.human_agent_ms or 0) > 0
        or any(event.type == "handover_completed" for event in call.events or ())
        or any(turn.speaker == "human_agent" for turn in call.turns or ())
    )


def _valid_ttft_ms(turns: list[Turn]) -> list[int]:
    """Return measured values of agent turns that are the first after a caller turn.

    Left out: cancelled answers, impossible values, and answers to a caller who began before the
    previous agent turn had ended.
    """
    values = []
    asked: Turn | None = None
    agent_end_ms = 0
    for turn in turns:
        if turn.speaker == "caller":
            asked = turn
        elif turn.speaker == "agent":
            latency = turn.latency
            if (
                asked is not None
                and latency is not None
                and not turn.cancelled
                and asked.start_ms >= agent_end_ms
                and 0 < latency.ttft_ms <= _LONGEST_TTFT_MS
            ):
                values.append(latency.ttft_ms)
            asked = None
            agent_end_ms = turn.end_ms or 0
    return values
