"""Assembles call records: clock, identity, outcome and children."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analytics.simulate.chance import stream
from analytics.simulate.clock import stamp
from analytics.simulate.facts import NOT_CONNECTED
from analytics.simulate.records import Agent, Call
from analytics.simulate.scenes import Scenes
from analytics.simulate.usage import usage_of

if TYPE_CHECKING:
    from analytics.simulate.conversation import Conversation
    from analytics.simulate.demand import Need
    from analytics.simulate.outcomes import Outcome

_ENDED_BY: Final = {
    "customer_hangup": "caller",
    "agent_hangup": "agent",
    "voicemail": "agent",
    "network_drop": "network",
}


class CallMaker:
    """Makes calls with ids in the order of their start."""

    def __init__(self, *, seed: int) -> None:
        self._seed = seed
        self._rng = stream(seed, "calls")
        self._scenes = Scenes(seed=seed)
        self._agents: dict[tuple[str, str], Agent] = {}
        self.made = 0

    def make(self, need: Need, outcome: Outcome, *, at_ms: int, version: str) -> Call:
        """Return the call with its children inline."""
        self.made += 1
        call = self._identify(need, at_ms, version)
        if outcome.contact in NOT_CONNECTED:
            self._ring_out(call, outcome, at_ms)
        else:
            self._connect(call, need, outcome, at_ms)
        return call

    def _identify(self, need: Need, at_ms: int, version: str) -> Call:
        return Call(
            id=f"c-{self._seed}-{self.made}",
            started_at=stamp(at_ms),
            case_id=need.case_id,
            customer_id=need.customer_id,
            channel=need.channel,
            direction=need.direction,
            language=need.language if need.language_known else None,
            use_case=need.use_case.name if need.use_case_known else None,
            agent=self._agent(need.use_case.agent_id, version),
            environment=None if need.production else "staging",
        )

    def _agent(self, agent_id: str, version: str) -> Agent:
        return self._agents.setdefault((agent_id, version), Agent(agent_id, version))

    def _ring_out(self, call: Call, outcome: Outcome, at_ms: int) -> None:
        call.ended_at = stamp(at_ms + 2_000 + int(self._rng.random() * 28_000))
        call.end_reason = outcome.contact
        if self._rng.random() < 0.5:
            call.connected = False

    def _connect(self, call: Call, need: Need, outcome: Outcome, at_ms: int) -> None:
        random = self._rng.random
        pick_up_ms = 400 + int(random() * (8_000 if need.direction == "outbound" else 1_600))
        conversation = self._scenes.play(need, outcome, start_ms=pick_up_ms)
        end_ms = conversation.now_ms + 250 + int(random() * 1_500)
        call.answered_at = stamp(at_ms + pick_up_ms)
        call.ended_at = stamp(at_ms + end_ms)
        call.end_reason = self._end_reason(outcome)
        call.ended_by = _ENDED_BY.get(call.end_reason)
        call.turns = conversation.turns or None
        call.tool_calls = conversation.tool_calls or None
        call.events = conversation.events or None
        call.usage = usage_of(self._rng, need.channel, conversation.turns, end_ms - pick_up_ms)
        if outcome.handover == "completed":
            call.human_agent_ms = _human_agent_ms(conversation)
        if need.channel == "chat":
            _as_chat(call)

    def _end_reason(self, outcome: Outcome) -> str:
        if outcome.contact == "silent":
            return "silence_timeout" if self._rng.random() < 0.6 else "customer_hangup"
        if outcome.contact == "empty":
            return "customer_hangup"
        return outcome.end_reason or outcome.contact


def _human_agent_ms(conversation: Conversation) -> int | None:
    """Return the time with the human agent where it is part of the record."""
    first = next((turn for turn in conversation.turns if turn.speaker == "human_agent"), None)
    return conversation.now_ms - first.start_ms if first else None


def _as_chat(call: Call) -> None:
    """Keep the texts and their order: written messages have no end, no latency and no barge-in."""
    for turn in call.turns or ():
        turn.end_ms = turn.latency = None
        if turn.text_intended:
            turn.text, turn.text_intended, turn.interrupted = turn.text_intended, None, False
    call.events = [event for event in call.events or () if event.type != "barge_in"] or None
