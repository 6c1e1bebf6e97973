"""What a call is about: its use case, or a coarse topic by the words of the caller."""

from collections import Counter

from analytics.labeling.interface import Conversation
from analytics.labeling.reading import ReadCall

OTHER = "other"


def topic_of(conversation: Conversation, call: ReadCall) -> str | None:
    """The use case as delivered; else the topic touched most, the first in the list on a tie; None without words."""
    if conversation.use_case:
        return conversation.use_case
    if call.lexicon is None or not call.caller:
        return None
    topics = call.lexicon.topics
    touched = Counter(hit.meaning for turn in call.caller for hit in topics.hits(turn.words))
    return max(topics.meanings, key=lambda topic: touched[topic]) if touched else OTHER
