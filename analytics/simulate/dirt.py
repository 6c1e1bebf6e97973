"""Realistic dirt that never costs a real record.

Quirks are odd but legal values inside a real call; a correct reader loads and flags them.
Breakages are broken copies beside the real line; a correct reader quarantines them.
Redeliveries are duplicates and revisions; a correct reader lets the highest revision win.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from analytics.simulate import scenario
from analytics.simulate.chance import spin, stream, wheel
from analytics.simulate.clock import moment_ms, stamp
from analytics.simulate.records import Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analytics.simulate.records import Call


class Dirt:
    """Draws the dirt of each call and counts it."""

    def __init__(self, *, seed: int) -> None:
        self._seed = seed
        self._rng = stream(seed, "dirt")
        self._kinds = wheel(scenario.DIRT_KINDS)
        self.counts: Counter[str] = Counter()

    def pick(self, call: Call) -> str | None:
        """Return the kind of dirt for a call, None for nearly all; quirks are applied at once."""
        if self._rng.random() >= scenario.DIRT_PER_CALL:
            return None
        kind = spin(self._rng, self._kinds)
        if kind in _NEEDS_TURNS and not call.turns:
            kind = "duplicate"
        if kind in _QUIRKS and not _QUIRKS[kind](call):
            return None
        self.counts[kind] += 1
        return kind

    def orphan(self, at_ms: int) -> Survey:
        """Return a survey for a call that nobody has ever seen."""
        number = self.counts["orphan_survey"]
        lost = f"{self._seed}-lost-{number}"
        survey = Survey(f"s-{lost}", "nps", 6, stamp(at_ms), call_id=f"c-{lost}")
        survey.answered_at = stamp(at_ms)
        return survey

    @property
    def quarantined(self) -> int:
        """Lines that a correct reader sets aside."""
        return sum(self.counts[kind] for kind in BREAKAGES)


def broken(kind: str, line: bytes) -> bytes:
    """Return a broken copy of a call's line."""
    return BREAKAGES[kind](line)


def _cut(line: bytes) -> bytes:
    return line[: len(line) * 3 // 5]


def _wrong_type(line: bytes) -> bytes:
    return line.replace(b'"seq":0', b'"seq":"0"', 1)


def _not_a_number(line: bytes) -> bytes:
    return line.replace(b'"seq":0', b'"seq":NaN', 1)


def _naive(line: bytes) -> bytes:
    return line.replace(b'Z"', b'"', 1)  # started_at is the first time of a line


BREAKAGES: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "truncated_json": _cut,
    "wrong_type": _wrong_type,
    "not_a_number": _not_a_number,
    "naive_time": _naive,
}


def _negate_latency(call: Call) -> bool:
    for turn in call.turns or ():
        if turn.latency is not None:
            turn.latency.ttft_ms = -turn.latency.ttft_ms
            return True
    return False


def _end_before_start(call: Call) -> bool:
    call.ended_at = stamp(moment_ms(call.started_at) - 1_000)
    return True


def _use_unknown_values(call: Call) -> bool:
    call.channel = "smart_speaker"
    if call.end_reason == "customer_hangup":
        call.end_reason = "caller_pressed_end"
    return True


def _add_unknown_key(call: Call) -> bool:
    call.vendor_hint = "edge-7"
    return True


_QUIRKS: Final[Mapping[str, Callable[[Call], bool]]] = {
    "negative_latency": _negate_latency,
    "ended_before_started": _end_before_start,
    "unknown_value": _use_unknown_values,
    "unknown_key": _add_unknown_key,
}
_NEEDS_TURNS: Final = frozenset({"wrong_type", "not_a_number", "negative_latency"})
