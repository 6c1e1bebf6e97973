"""The evidence of a call in one place: its words as read, its tools' verdicts and the signals in both."""

from msgspec import Struct

from analytics.labeling.interface import Conversation
from analytics.labeling.model import Pattern, Question, model, pattern_of
from analytics.labeling.reading import ReadCall, read_call
from analytics.labeling.signals import signals_of
from analytics.labeling.tool_results import tool_verdicts


class Evidence(Struct, frozen=True):
    """What speaks for and against, and which kinds of evidence there are at all."""

    call: ReadCall
    pattern: Pattern
    signals: frozenset[str]

    def probability(self, question: Question) -> float:
        """The probability of yes, by the weights for this pattern of evidence."""
        return model(question, self.pattern).probability(self.signals)


def evidence_of(conversation: Conversation) -> Evidence:
    """Read a call's words and tool results, without weighing them."""
    call = read_call(conversation)
    tools = tool_verdicts(conversation.tools)
    words = call.lexicon is not None and bool(call.caller or call.agent)
    return Evidence(
        call=call,
        pattern=pattern_of(words=words, tools=bool(tools)),
        signals=signals_of(conversation, call, tools),
    )
