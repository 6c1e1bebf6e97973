"""Things that happen between two pairs of a conversation: drops with reconnect, holds, silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analytics.simulate.conversation import Conversation

SIGNAL_CLOSE: Final = "SIGNAL_CLOSE"


def _reconnect(conversation: Conversation) -> None:
    conversation.event("disconnect", by="network", code=SIGNAL_CLOSE, after_ms=200)
    conversation.event("reconnect", by="network", after_ms=2_000 + conversation.now_ms % 6_000)
    conversation.agent_picks("agent.back_again", 300)


def _false_interruption(conversation: Conversation) -> None:
    conversation.event("false_interruption", by="caller")


def _silence(conversation: Conversation) -> None:
    conversation.event("silence", by="caller", after_ms=4_000 + conversation.now_ms % 5_000)
    conversation.agent_picks("agent.still_there", 150)


def _hold(conversation: Conversation) -> None:
    conversation.event("hold", by="caller", after_ms=600)
    conversation.event("unhold", by="caller", after_ms=5_000 + conversation.now_ms % 20_000)


def _dtmf(conversation: Conversation) -> None:
    conversation.event("dtmf", by="caller", code=str(conversation.now_ms % 10), after_ms=900)


def _cancelled_turn(conversation: Conversation) -> None:
    conversation.caller_picks("caller.correction", 500)
    conversation.cancelled_answer()


def _double_turn(conversation: Conversation) -> None:
    conversation.caller_picks("caller.followup", 500)


def _network_degraded(conversation: Conversation) -> None:
    conversation.event("network_degraded", by="network", code="jitter")


def _agent_handoff(conversation: Conversation) -> None:
    conversation.event("agent_handoff", by="agent", code="specialist")


INCIDENTS: Final[Mapping[str, Callable[[Conversation], None]]] = {
    "reconnect": _reconnect,
    "false_interruption": _false_interruption,
    "silence": _silence,
    "hold": _hold,
    "dtmf": _dtmf,
    "cancelled_turn": _cancelled_turn,
    "double_turn": _double_turn,
    "network_degraded": _network_degraded,
    "agent_handoff": _agent_handoff,
}
