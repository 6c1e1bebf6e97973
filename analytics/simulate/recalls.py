"""Whether and when somebody calls again about the same need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.simulate import scenario
from analytics.simulate.chance import stream
from analytics.simulate.clock import DAY_MS, HOUR_MS, MINUTE_MS

if TYPE_CHECKING:
    from analytics.simulate.demand import Need
    from analytics.simulate.outcomes import Outcome

_DAY_STARTS_HOUR = 7
_DAY_ENDS_HOUR = 22
_NIGHT_HOURS = 9


class Recalls:
    """Draws the next call of a need."""

    def __init__(self, *, seed: int) -> None:
        self._rng = stream(seed, "recalls")

    def next_call_ms(self, need: Need, outcome: Outcome, *, ended_ms: int) -> int | None:
        """Return the start of the next call, or None when this was the last one."""
        random = self._rng.random
        share = scenario.RECALL_SHARES[outcome.result] * scenario.RECALL_DECAY ** (need.calls - 1)
        if random() >= share or need.calls >= scenario.CALLS_PER_NEED_LIMIT or outcome.contact == "wrong_number":
            return None
        if outcome.result == "dropped" and random() < scenario.RESUME_SHARE:
            return ended_ms + 4_000 + int(random() * (MINUTE_MS - 6_000))
        return _by_day(ended_ms + self._delay_ms())

    def _delay_ms(self) -> int:
        point = self._rng.random()
        for share, shortest_ms, longest_ms in scenario.RECALL_DELAYS_MS:
            if point < share:
                return shortest_ms + int((longest_ms - shortest_ms) * point / share)
            point -= share
        return scenario.RECALL_DELAYS_MS[-1][2]


def _by_day(at_ms: int) -> int:
    """Move a call out of the night."""
    hour = at_ms % DAY_MS // HOUR_MS
    return at_ms if _DAY_STARTS_HOUR <= hour < _DAY_ENDS_HOUR else at_ms + _NIGHT_HOURS * HOUR_MS
