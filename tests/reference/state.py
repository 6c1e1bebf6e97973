"""`mart.state_week`: interruptions, silence, drops, handovers and ends, each with the calls that can know it."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.reference.calls import VOICE_CHANNELS
from tests.reference.cases import in_time
from tests.reference.latency import before, grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.reference.calls import Call, Turn
    from tests.reference.rules import Rules

Row = dict[str, Any]
DEAD_AIR_MS = 5000
RESUMED_WITHIN = timedelta(seconds=300)
Part = tuple[int, int]


def states(calls: Iterable[Call], rules: Rules) -> dict[Any, Row]:
    """All rows; one for a class of handovers, drops or ends only where it occurred in the week."""
    calls = before(calls, rules)
    tells, found = Sources(calls), {}
    for week, members in grouped(calls, "week").items():
        for key, row in _of_week(members, calls, tells).items():
            found[(week, *key)] = row
    return found


def _of_week(members: list[Call], calls: list[Call], tells: Sources) -> dict[tuple[str, str], Row]:
    eligible = [call for call in members if call.eligible]
    production = [call for call in members if call.environment == "production"]
    connected = [call for call in production if call.connected]
    dropped = [call for call in connected if call.dropped]
    handed = [call for call in eligible if call.handover != "none"]
    completed = [call for call in handed if call.handover == "completed"]
    voice = [call for call in eligible if call.segments["channel"] in VOICE_CHANNELS]
    breaks = tells.of("disconnect", "reconnect")
    found = {
        ("interruption", "by_caller"): measure(eligible, tells.interruptions, cut_by_caller),
        ("interruption", "by_agent"): measure(eligible, times_caller_turns, cut_by_agent),
        ("interruption", "false"): measure(eligible, tells.of("false_interruption"), has("false_interruption")),
        ("barge_in_recovery", "all"): measure(eligible, tells.interruptions, recovered),
        ("dead_air", "gap"): measure(voice, lambda call: bool(gaps(call)), has_dead_air),
        ("dead_air", "silence_event"): measure(eligible, tells.of("silence"), has("silence")),
        ("disconnect", "all"): measure(eligible, breaks, has("disconnect")),
        ("reconnect", "all"): measure(eligible, breaks, lambda call: (sum(call.disconnects), len(call.disconnects))),
        ("resume", "all"): measure(
            dropped, lambda call: bool(call.customer and call.ended_at), lambda call: resumed(call, calls)
        ),
        ("handover_success", "all"): measure(
            handed, lambda call: call.handover != "requested", lambda call: one(call.handover == "completed")
        ),
        ("repeated_question", "all"): measure(completed, human_speaks, repeats_question),
    }
    classes: tuple[tuple[str, list[Call], Callable[[Call], bool], Callable[[Call], str]], ...] = (
        ("handover", eligible, tells.handovers, lambda call: call.handover.replace("none", "")),
        (
            "drop",
            connected,
            lambda call: call.dropped is not None,
            lambda call: (call.dropped and call.end_reason) or "",
        ),
        ("end_reason", production, knows_end, lambda call: call.end_reason or ""),
    )
    for name, about, knows, class_of in classes:
        found[name, "all"] = measure(about, knows, has_any(class_of))
        for kind in {class_of(call) for call in about if knows(call)} - {""}:
            found[name, kind] = measure(about, knows, is_of(class_of, kind))
    return found


def has_any(class_of: Callable[[Call], str]) -> Callable[[Call], Part]:
    return lambda call: one(class_of(call) != "")


def is_of(class_of: Callable[[Call], str], kind: str) -> Callable[[Call], Part]:
    return lambda call: one(class_of(call) == kind)


def measure(calls: list[Call], knows: Callable[[Call], bool], count: Callable[[Call], Part]) -> Row:
    known = [call for call in calls if knows(call)]
    parts = [count(call) for call in known]
    numerator, denominator = sum(part for part, _ in parts), sum(whole for _, whole in parts)
    return {
        "numerator": numerator,
        "denominator": denominator,
        "share": numerator / denominator if denominator else None,
        "known_calls": len(known),
        "calls": len(calls),
        "coverage": len(known) / len(calls) if calls else None,
    }


class Sources:
    """What each source ever delivered: of the rest it cannot be said that there was none."""

    def __init__(self, calls: list[Call]) -> None:
        self.delivered = {(call.source, kind) for call in calls for kind in types(call)}
        self.interrupting = {call.source for call in calls if any(turn.interrupted for turn in call.turns)}
        self.handing = {call.source for call in calls if call.handover != "none"}

    def of(self, *kinds: str) -> Callable[[Call], bool]:
        return lambda call: any((call.source, kind) in self.delivered for kind in kinds)

    def interruptions(self, call: Call) -> bool:
        return call.source in self.interrupting or (call.source, "barge_in") in self.delivered

    def handovers(self, call: Call) -> bool:
        return call.source in self.handing


def types(call: Call) -> set[str]:
    return {event["type"] for event in call.events}


def one(holds: bool) -> Part:
    return (int(holds), 1)


def has(kind: str) -> Callable[[Call], Part]:
    return lambda call: one(kind in types(call))


def pairs(call: Call) -> list[tuple[Turn, Turn]]:
    return list(pairwise(call.turns))


def gaps(call: Call) -> list[int]:
    """Milliseconds between a turn and the next one, where both are known."""
    timed = [(turn.end_ms, later.start_ms) for turn, later in pairs(call)]
    return [start - end for end, start in timed if start is not None and end is not None]


def times_caller_turns(call: Call) -> bool:
    return any(
        one.speaker == "caller" and one.end_ms is not None and two.start_ms is not None for one, two in pairs(call)
    )


def knows_end(call: Call) -> bool:
    return call.end_reason not in (None, "unknown")


def agent_turns(call: Call) -> list[Turn]:
    return [turn for turn in call.turns if turn.speaker == "agent"]


def cut_by_caller(call: Call) -> Part:
    turns = agent_turns(call)
    return sum(turn.interrupted for turn in turns), len(turns)


def cut_by_agent(call: Call) -> Part:
    """Caller turns that are marked as cut, or before whose end the agent's next turn began."""
    turns = [turn for turn in call.turns if turn.speaker == "caller"]
    talked_over = {
        turn.seq
        for turn, later in pairs(call)
        if later.speaker == "agent" and turn.end_ms is not None and later.start_ms is not None
        if later.start_ms < turn.end_ms
    }
    return sum(turn.interrupted or turn.seq in talked_over for turn in turns), len(turns)


def recovered(call: Call) -> Part:
    """Cut agent turns after which the agent answered the caller in full."""
    cut = [turn for turn in agent_turns(call) if turn.interrupted]
    full = [turn.seq for turn in agent_turns(call) if turn.answers and not turn.interrupted and not turn.cancelled]
    return sum(any(seq > turn.seq for seq in full) for turn in cut), len(cut)


def has_dead_air(call: Call) -> Part:
    return one(max(gaps(call)) > DEAD_AIR_MS)


def resumed(call: Call, calls: list[Call]) -> Part:
    """Whether the customer's next call started within 300 s of its end."""
    later = [other.started_at for other in calls if other.customer == call.customer and in_time(other) > in_time(call)]
    assert call.ended_at is not None
    return one(bool(later) and min(later) <= call.ended_at + RESUMED_WITHIN)


def human_speaks(call: Call) -> bool:
    return any(turn.speaker == "human_agent" and turn.text is not None for turn in call.turns)


def repeats_question(call: Call) -> Part:
    """Whether the human agent asked again: three words, and three in five, as in an earlier question of the agent."""
    asked = [words(turn.text) for turn in agent_turns(call) if "?" in (turn.text or "")]
    again = [words(turn.text) for turn in call.turns if turn.speaker == "human_agent" and "?" in (turn.text or "")]
    shared = [(len(one & two), len(one | two)) for one in asked for two in again]
    return one(any(common >= 3 and 5 * common >= 3 * both for common, both in shared))


def words(text: str | None) -> set[str]:
    return set(re.findall(r"[^\W_]+", (text or "").lower()))
