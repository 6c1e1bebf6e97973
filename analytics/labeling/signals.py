"""The signals that the baseline weighs: each is a named yes about a call, from its facts or from its words."""

from collections.abc import Iterable, Iterator, Sequence

from analytics.labeling.interface import Conversation
from analytics.labeling.reading import ReadCall, ReadTurn
from analytics.labeling.tool_results import ToolVerdict, deciding

# A repeated turn is looked for among this many earlier ones of the same side: a loop is near, and work stays linear.
_REPEAT_REACH = 3
_REPEAT_MIN_WORDS = 4
_REPEAT_SHARE = 0.8
# With any of these, the call had come to an end before it was left.
_BROUGHT_TO_AN_END = frozenset(
    {f"caller_{meaning}_at_end" for meaning in ("thanks", "praise", "solved", "accepts", "closes")}
    | {"act_confirmed", "agent_confirms_last", "handover_completed"}
)
_AT_END = ("thanks", "praise", "solved", "accepts", "gives_up", "closes", "complains", "rages")
_ANYWHERE = ("complains", "rages", "objects", "asks_human")


def signals_of(conversation: Conversation, call: ReadCall, tools: Sequence[ToolVerdict]) -> frozenset[str]:
    """All signals that hold for a call."""
    names = {*_tool_signals(tools), *_fact_signals(conversation)}
    if call.lexicon is not None:
        names.update(_caller_signals(call.caller))
        names.update(_agent_signals(call.agent))
    if _was_left(conversation, call) and names.isdisjoint(_BROUGHT_TO_AN_END):
        names.add("left_midway")
    return frozenset(names)


def _was_left(conversation: Conversation, call: ReadCall) -> bool:
    if conversation.dropped or conversation.end_reason == "silence_timeout":
        return True
    return conversation.end_reason == "customer_hangup" and call.lexicon is not None and _is_open(call)


def _is_open(call: ReadCall) -> bool:
    """Whether the last words leave something open: a question by the agent, or a caller who was not answered."""
    last = max((*call.caller[-1:], *call.agent[-1:]), key=lambda turn: turn.seq, default=None)
    if last is None:
        return False
    if last.side == "agent":
        return last.text.rstrip().endswith("?")
    return meanings([last]).isdisjoint({"acknowledges", "accepts"})


def _tool_signals(tools: Sequence[ToolVerdict]) -> Iterator[str]:
    last = deciding(tools)
    if last is not None:
        yield f"act_{last.verdict}" if last.acts else f"lookup_{last.verdict}"
    if any(tool.acts and tool.verdict == "confirmed" for tool in tools):
        yield "act_confirmed_once"
    if sum(tool.verdict == "failed" for tool in tools) > 1:
        yield "tools_failed_repeatedly"


def _fact_signals(conversation: Conversation) -> Iterator[str]:
    if conversation.handover in ("requested", "failed", "completed"):
        yield f"handover_{conversation.handover}"
    if conversation.dropped:
        yield "dropped"
    if conversation.end_reason in ("silence_timeout", "max_duration"):
        yield f"ended_by_{conversation.end_reason}"


def _caller_signals(turns: Sequence[ReadTurn]) -> Iterator[str]:
    said = meanings(turns)
    at_end = meanings(turns[end_of(turns) :])
    yield from (f"caller_{meaning}_at_end" for meaning in _AT_END if meaning in at_end)
    yield from (f"caller_{meaning}" for meaning in _ANYWHERE if meaning in said)
    if _repeats(turns):
        yield "caller_repeats"


def _agent_signals(turns: Sequence[ReadTurn]) -> Iterator[str]:
    spoken = [hit.meaning for turn in turns for hit in turn.hits]
    decisive = [meaning for meaning in spoken if meaning in ("confirms", "refuses")]
    if decisive:
        yield f"agent_{decisive[-1]}_last"
        if decisive[-1] == "refuses" and "refuses" in meanings(turns[end_of(turns) :]):
            yield "agent_refuses_at_end"
    if "confirms" in decisive:
        yield "agent_confirms_once"
    if "hands_over" in spoken:
        yield "agent_hands_over"
    if "misheard" in spoken:
        yield "agent_misheard_often" if spoken.count("misheard") > 1 else "agent_misheard"
    if _repeats(turns):
        yield "agent_repeats"


def meanings(turns: Iterable[ReadTurn]) -> frozenset[str]:
    """What these turns mean."""
    return frozenset(hit.meaning for turn in turns for hit in turn.hits)


def end_of(turns: Sequence[ReadTurn]) -> int:
    """Where the end of one side's turns begins: the last third, two turns at least."""
    return max(0, len(turns) - max(2, len(turns) // 3))


def start_of(turns: Sequence[ReadTurn]) -> int:
    """Where the start of one side's turns ends: after the first third, rounded up."""
    return (len(turns) + 2) // 3


def _repeats(turns: Sequence[ReadTurn]) -> bool:
    said = [frozenset(turn.words) for turn in turns]
    for at, words in enumerate(said):
        if len(words) >= _REPEAT_MIN_WORDS:
            earlier = said[max(0, at - _REPEAT_REACH) : at]
            if any(_alike(words, other) for other in earlier):
                return True
    return False


def _alike(words: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(words & other)
    return shared >= _REPEAT_SHARE * (len(words) + len(other) - shared)
