"""Text to words: folded, bounded and split the same way for what is said and for the phrases to find in it."""

import re
import unicodedata
from collections.abc import Iterator

# A turn of speech is a few hundred characters; of a pasted wall of text the beginning and the end are read.
MAX_TURN_CHARS = 6_000

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'\N{RIGHT SINGLE QUOTATION MARK}")
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
# Combining accents, and characters without width that can hide a word from a word list.
_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


def words_of(text: str) -> list[str]:
    """The words of a text, folded; an elision is one word (`that's` is `thats`, as many recognisers write it)."""
    return _WORD.findall(fold(text))


def fold(text: str) -> str:
    """Lower case without accents and apostrophes, ligatures and full-width forms made plain."""
    if text.isascii():
        return text.lower().replace("'", "")
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return _INVISIBLE.sub("", plain.casefold())


def holds(words: list[str], phrase: list[str]) -> bool:
    """Whether the phrase stands in these words, one after the other."""
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words) - len(phrase) + 1))


def bounded(text: str) -> str:
    """The text itself, or its beginning and its end when it is longer than any turn of speech."""
    if len(text) <= MAX_TURN_CHARS:
        return text
    half = MAX_TURN_CHARS // 2
    return f"{text[:half]}\n{text[-half:]}"


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a text, verbatim, without the white space around them."""
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if sentence:
            yield sentence
