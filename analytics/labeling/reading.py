"""A conversation as the labeler reads it: who said which words, and which of them mean something.

Instructions to a rater are gone from the caller's turns here, so nothing after this module can see them.
"""

from typing import Literal

from msgspec import Struct

from analytics.labeling.instructions import without_instructions
from analytics.labeling.interface import Conversation, SpokenTurn
from analytics.labeling.lexicon import Lexicon, find_lexicon
from analytics.labeling.phrases import Hit
from analytics.labeling.words import bounded, holds, sentences_of, words_of

# What a phrase means when it is negated.
_OPPOSITE = {"praise": "objects", "solved": "objects", "confirms": "refuses"}
_NEGATION_REACH = 2

Side = Literal["caller", "agent"]


class ReadTurn(Struct, frozen=True):
    """One turn with words in it; `sentences` is set where an instruction was cut out: only those may be quoted."""

    seq: int
    side: Side
    text: str
    words: list[str]
    hits: list[Hit]
    sentences: tuple[str, ...] | None


class ReadCall(Struct, frozen=True):
    """The turns that were read, by side, in order; without a known language (`lexicon`) their meaning is not."""

    lexicon: Lexicon | None
    caller: list[ReadTurn]
    agent: list[ReadTurn]
    injection_suspected: bool


class _Heard(Struct):
    turn: SpokenTurn
    side: Side
    words: list[str]
    sentences: tuple[str, ...] | None = None


def read_call(conversation: Conversation) -> ReadCall:
    """Read all turns that have words; a person's turns after a handover count as the agent's side."""
    heard = [_heard(turn) for turn in conversation.turns if turn.text and turn.speaker != "system"]
    suspected = any(turn.sentences is not None for turn in heard)
    lexicon = find_lexicon(conversation.language, (turn.words for turn in heard))
    turns = [_read(turn, lexicon) for turn in heard if turn.words]
    caller = [turn for turn in turns if turn.side == "caller"]
    agent = [turn for turn in turns if turn.side == "agent"]
    return ReadCall(lexicon=lexicon, caller=caller, agent=agent, injection_suspected=suspected)


def _heard(turn: SpokenTurn) -> _Heard:
    text = turn.text or ""
    words = words_of(bounded(text))
    if turn.speaker != "caller":
        return _Heard(turn=turn, side="agent", words=words)
    cleaned = without_instructions(text, words)
    if cleaned is None:
        return _Heard(turn=turn, side="caller", words=words)
    return _Heard(turn=turn, side="caller", words=cleaned.words, sentences=cleaned.sentences)


def _read(heard: _Heard, lexicon: Lexicon | None) -> ReadTurn:
    text = heard.turn.text or ""
    hits = [] if lexicon is None else _meant(heard, lexicon)
    if "?" in text and any(hit.meaning == "confirms" for hit in hits):
        asked = _asked(text)
        hits = [hit for hit in hits if hit.meaning != "confirms" or not holds(asked, heard.words[hit.start : hit.stop])]
    return ReadTurn(heard.turn.seq, heard.side, text, heard.words, hits, heard.sentences)


def _asked(text: str) -> list[str]:
    """The words of the questions: of each, what stands behind its last comma ("It is booked, anything else?")."""
    questions = (sentence for sentence in sentences_of(bounded(text)) if sentence.endswith("?"))
    return [word for question in questions for word in words_of(question.rpartition(",")[2])]


def _meant(heard: _Heard, lexicon: Lexicon) -> list[Hit]:
    index = lexicon.caller if heard.side == "caller" else lexicon.agent
    meant: list[Hit] = []
    for hit in index.hits(heard.words):
        # A negator inside the phrase before ("no thanks, perfect") belongs to that phrase.
        since = max(meant[-1].stop if meant else 0, hit.start - _NEGATION_REACH)
        if hit.meaning in _OPPOSITE and not lexicon.negators.isdisjoint(heard.words[since : hit.start]):
            meant.append(Hit(_OPPOSITE[hit.meaning], hit.start, hit.stop))
        else:
            meant.append(hit)
    return meant
