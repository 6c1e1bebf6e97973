"""What truly happens in a call and what the customer truly feels, before any word is said.

The transcript and the tool results are built from `shown` and `tone`, which agree with the truth
only most of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from analytics.simulate import scenario
from analytics.simulate.chance import TABLE_BITS, heavy_tail_table, normal_table, spin, stream, wheel

if TYPE_CHECKING:
    from analytics.simulate.demand import Need

Shown = Literal["done", "partial", "failed"]

_SHOWN: dict[str, Shown] = {"resolved": "done", "partially_resolved": "partial"}
_LOAD_SCALE = 1000
_FREE_LOAD = 1.25


class Outcome(Struct, gc=False):
    """The truth of one call; `contact` is "conversation", "silent", "empty" or an end reason."""

    contact: str
    result: str = "not_reached"
    need_met: bool = False
    felt_nps: int = 0
    handover: str = "none"
    end_reason: str = ""
    shown: Shown = "failed"
    tone: str = "neutral"
    load: float = 1.0
    """Slow-down of the model in this call."""


class Outcomes:
    """Decides calls, one after the other."""

    def __init__(self, *, seed: int) -> None:
        self._rng = stream(seed, "outcomes")
        self._contacts = {"inbound": wheel(scenario.CONTACTS_INBOUND), "outbound": wheel(scenario.CONTACTS_OUTBOUND)}
        self._not_met = wheel(scenario.NOT_MET_RESULTS)
        self._drop_reasons = wheel(scenario.DROP_REASONS)
        self._handovers = wheel(scenario.HANDOVERS)
        self._tones = {True: wheel(scenario.GOOD_TONES), False: wheel(scenario.BAD_TONES)}
        self._feelings = normal_table(scenario.FEELING_SIGMA)
        self._loads = [ms / _LOAD_SCALE for ms in heavy_tail_table(scenario.LOAD[0] * _LOAD_SCALE, scenario.LOAD[1])]

    def decide(self, need: Need, *, new_version: bool) -> Outcome:
        """Return what becomes of the next call about a need."""
        rng = self._rng
        contact = spin(rng, self._contacts[need.direction])
        if contact != "conversation":
            return Outcome(contact)
        effect = need.use_case.release_effect if new_version else 0.0
        met = rng.random() < need.use_case.need_met_share + effect
        outcome = Outcome(contact, load=self._loads[rng.getrandbits(TABLE_BITS)])
        if rng.random() < scenario.DROP_SHARE:
            self._drop(outcome, met=met)
        elif met:
            self._resolve(outcome)
        else:
            self._leave_open(outcome)
        outcome.felt_nps = self._feel(need, outcome)
        self._show(outcome)
        return outcome

    def _resolve(self, outcome: Outcome) -> None:
        outcome.result, outcome.need_met = "resolved", True
        outcome.end_reason = "customer_hangup" if self._rng.random() < scenario.CUSTOMER_ENDS_SHARE else "agent_hangup"

    def _drop(self, outcome: Outcome, *, met: bool) -> None:
        outcome.result = "dropped"
        outcome.end_reason = spin(self._rng, self._drop_reasons)
        outcome.need_met = met and self._rng.random() < scenario.DROP_AFTER_ANSWER_SHARE

    def _leave_open(self, outcome: Outcome) -> None:
        rng = self._rng
        outcome.result = spin(rng, self._not_met)
        outcome.end_reason = "customer_hangup"
        if outcome.result == "handed_over":
            self._hand_over(outcome)
        elif outcome.result == "unresolved" and rng.random() < scenario.TIMED_OUT_SHARE:
            outcome.end_reason = spin(rng, ("max_duration", "silence_timeout", "silence_timeout"))

    def _hand_over(self, outcome: Outcome) -> None:
        rng = self._rng
        outcome.handover = spin(rng, self._handovers)
        if outcome.handover == "completed":
            outcome.need_met = rng.random() < scenario.HUMAN_MEETS_NEED_SHARE
            outcome.end_reason = "transferred" if rng.random() < scenario.TRANSFER_ENDS_SHARE else "customer_hangup"
        else:
            outcome.result = "handover_failed"
            if outcome.handover == "failed" and rng.random() < scenario.FAILED_TRANSFER_ENDS_SHARE:
                outcome.end_reason = "transfer_failed"

    def _feel(self, need: Need, outcome: Outcome) -> int:
        feeling = (
            scenario.SATISFACTION["resolved" if outcome.need_met and outcome.handover == "none" else outcome.result]
            + need.use_case.liking
            + need.mood
            + self._feelings[self._rng.getrandbits(TABLE_BITS)]
            - scenario.REPEAT_PENALTY * need.conversations
            - scenario.SLOWNESS_PENALTY * max(0.0, outcome.load - _FREE_LOAD)
        )
        return min(10, max(0, round(feeling)))

    def _show(self, outcome: Outcome) -> None:
        random = self._rng.random
        shown = "done" if outcome.need_met else _SHOWN.get(outcome.result, "failed")
        if random() >= scenario.RESULT_SHOWN_SHARE:
            shown = "partial" if random() < 0.5 else ("failed" if shown == "done" else "done")
        outcome.shown = shown
        felt_good = (outcome.felt_nps >= scenario.GOOD_NPS) == (random() < scenario.TONE_SHOWN_SHARE)
        outcome.tone = spin(self._rng, self._tones[felt_good])
