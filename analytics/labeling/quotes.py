"""Verbatim quotes for a label: what was said that speaks most clearly for the outcome."""

from collections.abc import Iterable, Iterator

from analytics.labeling.interface import Outcome, Quote
from analytics.labeling.phrases import Hit
from analytics.labeling.reading import ReadCall, ReadTurn
from analytics.labeling.words import bounded, holds, sentences_of, words_of

MAX_QUOTES = 3
MAX_QUOTE_CHARS = 200

_GOOD = ("solved", "confirms", "praise", "accepts", "thanks")
_BAD = ("rages", "complains", "refuses", "gives_up", "objects", "asks_human", "misheard")
# The meanings that support an outcome, the clearest first.
_SUPPORTING: dict[Outcome, tuple[str, ...]] = {
    "resolved": _GOOD,
    "partially_resolved": ("confirms", *_BAD),
    "unresolved": _BAD,
    "handed_over": ("hands_over", "asks_human", *_BAD),
    "abandoned": ("gives_up", *_BAD),
    "unclear": (),
}


def quotes_for(outcome: Outcome, call: ReadCall) -> tuple[Quote, ...]:
    """One to three quotes in the order of the call; none where no words were read.

    The latest place of each supporting meaning is quoted; without any, the last words of either side.
    """
    chosen: dict[int, Quote] = {}
    for turn, hit in (*_supporting(outcome, call), *_last_words(call)):
        enough = 1 if hit is None else MAX_QUOTES
        text = _sentence_with(turn, hit) if len(chosen) < enough else None
        if text is not None:
            chosen.setdefault(turn.seq, Quote(seq=turn.seq, text=text))
    return tuple(sorted(chosen.values(), key=lambda quote: quote.seq))


def _supporting(outcome: Outcome, call: ReadCall) -> Iterator[tuple[ReadTurn, Hit]]:
    latest = {hit.meaning: (turn, hit) for side in (call.agent, call.caller) for turn in side for hit in turn.hits}
    return (latest[meaning] for meaning in _SUPPORTING[outcome] if meaning in latest)


def _last_words(call: ReadCall) -> Iterable[tuple[ReadTurn, None]]:
    return ((turn, None) for side in (call.caller, call.agent) for turn in side[-1:])


def _sentence_with(turn: ReadTurn, hit: Hit | None) -> str | None:
    """The sentence in which a phrase stands (or the last one); a short turn is one sentence."""
    whole = turn.text.strip()
    if turn.sentences is None and len(whole) <= MAX_QUOTE_CHARS:
        return whole or None
    sentences = list(sentences_of(bounded(turn.text))) if turn.sentences is None else list(turn.sentences)
    if not sentences:
        return None
    phrase = [] if hit is None else turn.words[hit.start : hit.stop]
    return _cut(
        next((sentence for sentence in sentences if phrase and holds(words_of(sentence), phrase)), sentences[-1])
    )


def _cut(sentence: str) -> str:
    if len(sentence) <= MAX_QUOTE_CHARS:
        return sentence
    return sentence[:MAX_QUOTE_CHARS].rpartition(" ")[0] or sentence[:MAX_QUOTE_CHARS]
