"""Plays one call from its outcome: a script with incidents and an ending, or one of the short calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analytics.simulate import scenario
from analytics.simulate.chance import heavy_tail_table, spin, stream, wheel
from analytics.simulate.conversation import Conversation, Setting, Studio
from analytics.simulate.dialogue import ScriptKey, Scripts, Step
from analytics.simulate.incidents import INCIDENTS, SIGNAL_CLOSE
from analytics.simulate.phrasebook import load_phrasebook

if TYPE_CHECKING:
    from analytics.simulate.demand import Need
    from analytics.simulate.outcomes import Outcome

_NO_INCIDENT: Final = "none"
_EXTRA_PAIRS_SIGMA: Final = 0.6
_MOST_EXTRA_PAIRS: Final = 12
_HUMAN_TRANSCRIBED_SHARE: Final = 0.3


class Scenes:
    """Turns outcomes into conversations."""

    def __init__(self, *, seed: int) -> None:
        phrases = stream(seed, "phrases")
        self._books = {language: load_phrasebook(language, phrases) for language in scenario.LANGUAGES}
        self._scripts = Scripts(self._books)
        self._rng = stream(seed, "scenes")
        self._studio = Studio(self._rng)
        none_share = 1 - sum(scenario.CALL_INCIDENTS.values())
        self._incidents = wheel({_NO_INCIDENT: none_share, **scenario.CALL_INCIDENTS})
        self._extra_pairs = [n / 100 for n in heavy_tail_table(84, _EXTRA_PAIRS_SIGMA, tail=0)]

    def play(self, need: Need, outcome: Outcome, *, start_ms: int) -> Conversation:
        """Return the turns, tool calls and events; `start_ms` is the pick-up, from the call's start."""
        setting = Setting(
            book=self._books[need.language],
            use_case=need.use_case,
            number=str(10_000 + int(self._rng.random() * 90_000)),
            need_met=outcome.need_met,
            load=outcome.load,
            measured=need.channel != "chat" and self._rng.random() >= scenario.UNMEASURED_CALL_SHARE,
            parts=need.channel != "sip",
        )
        conversation = Conversation(self._studio, setting, start_ms)
        if outcome.contact == "conversation":
            self._converse(conversation, need, outcome)
        else:
            self._play_short(conversation, setting, outcome.contact)
        return conversation

    def _converse(self, conversation: Conversation, need: Need, outcome: Outcome) -> None:
        rng = self._rng
        key = ScriptKey(
            need.language,
            need.use_case,
            outcome.shown,
            outcome.tone,
            need.conversations > 0,
            outcome.handover != "none",
            min(_MOST_EXTRA_PAIRS, round(need.use_case.extra_pairs * spin(rng, self._extra_pairs))),
        )
        steps = self._scripts.of(key)
        incident = spin(rng, self._incidents)
        incident_at = 1 + int(rng.random() * 5) if incident != _NO_INCIDENT else -1
        conversation.agent_picks("agent.greeting", 250)
        for i, step in enumerate(steps[: self._length(outcome, len(steps))]):
            if i == incident_at:
                INCIDENTS[incident](conversation)
            conversation.exchange(step)
        if outcome.handover != "none":
            self._end_with_handover(conversation, need, outcome)
        elif outcome.result == "dropped":
            self._drop(conversation, outcome.end_reason)

    def _length(self, outcome: Outcome, whole: int) -> int:
        """Return how many pairs are played; the answer stands three pairs before the end."""
        if outcome.result == "dropped":
            return whole - int(self._rng.random() * 3) if outcome.need_met else int(self._rng.random() * (whole - 2))
        if outcome.result == "abandoned":
            return 1 + int(self._rng.random() * (whole - 3))
        return whole

    def _drop(self, conversation: Conversation, end_reason: str) -> None:
        if end_reason != "network_drop":
            conversation.event("error", by="system", code=end_reason, after_ms=1_500)
        elif self._rng.random() < 0.5:
            conversation.event("disconnect", by="network", code=SIGNAL_CLOSE, after_ms=700)

    def _end_with_handover(self, conversation: Conversation, need: Need, outcome: Outcome) -> None:
        rng = self._rng
        conversation.event("handover_requested", by="caller")
        if outcome.handover == "failed":
            conversation.event("handover_failed", by="system", code="no_agent_free", after_ms=9_000)
            conversation.agent_picks("agent.handover_failed", 400)
        elif outcome.handover == "completed":
            conversation.event("handover_completed", by="human_agent", after_ms=4_000 + int(rng.random() * 30_000))
            if outcome.end_reason != "transferred" or rng.random() < _HUMAN_TRANSCRIBED_SHARE:
                self._talk_to_human(conversation, need, outcome)

    def _talk_to_human(self, conversation: Conversation, need: Need, outcome: Outcome) -> None:
        book, rng = self._books[need.language], self._rng
        conversation.agent_says(spin(rng, book["human.pickup"]), 500, "human_agent")
        conversation.caller_picks(f"use_case.{need.use_case.name}.detail", 700)
        conversation.agent_says(spin(rng, book["human.answer"]), 20_000 + int(rng.random() * 60_000), "human_agent")
        conversation.caller_picks(f"closing.{outcome.tone}", 700)

    def _play_short(self, conversation: Conversation, setting: Setting, contact: str) -> None:
        book = setting.book
        if contact == "silent":
            conversation.agent_picks("agent.greeting", 250)
            if self._rng.random() < 0.6:
                conversation.exchange(Step(book["caller.near_silent"], book["agent.still_there"]))
            else:
                conversation.event("silence", by="caller", after_ms=6_000)
                conversation.agent_picks("agent.still_there", 100)
        elif contact == "wrong_number":
            conversation.agent_picks("agent.greeting", 250)
            conversation.exchange(Step(book["caller.wrong_number"], book["agent.wrong_number"]))
        elif contact == "voicemail":
            conversation.caller_picks("machine.voicemail", 400)
            conversation.event("voicemail_detected", by="system")
            conversation.agent_picks("agent.voicemail_message", 900)
        elif contact == "ivr_reached":
            conversation.caller_picks("machine.ivr", 400)
            conversation.agent_picks("agent.still_there", 1_500)
