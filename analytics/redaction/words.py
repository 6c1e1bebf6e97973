"""Words of a text with their places, folded, and the vocabulary of `words.toml`."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from msgspec import Struct

_COMBINING = range(0x300, 0x370)
_LATIN = range(0x80, 0x250)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*|\d+")
Phrase = tuple[str, ...]


class Word(Struct, frozen=True):
    """A run of letters or of digits; `text` is lower case without accents."""

    start: int
    end: int
    text: str


def _folding() -> dict[int, str]:
    plain = {code: _plain(chr(code)) for code in _LATIN if chr(code).isalpha()}
    return plain | dict.fromkeys(_COMBINING, "") | {ord("ß"): "ss"}


def _plain(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if ord(part) not in _COMBINING)


_FOLDING = _folding()
_SEPARATING = _FOLDING | {code: " " for code in range(0x80) if not chr(code).isalnum()}
_ASCII_SEPARATING = {code: " " for code in range(0x80) if not chr(code).isalnum()}


def fold(text: str) -> str:
    """Lower case without accents."""
    return text.lower() if text.isascii() else text.lower().translate(_FOLDING)


def bag_of_words(text: str) -> list[str]:
    """The folded words without their places: a tenth of the time of `words_in`, to tell what is worth looking for."""
    return text.lower().translate(_ASCII_SEPARATING if text.isascii() else _SEPARATING).split()


def words_in(text: str) -> list[Word]:
    """All words with their places."""
    return [Word(match.start(), match.end(), fold(match.group())) for match in _WORD.finditer(text)]


def phrase_at(words: Sequence[Word], at: int, text: str, known: dict[str, list[Phrase]], gap: re.Pattern[str]) -> int:
    """How many words from `at` on are the longest known phrase (0: none), with only `gap` between them.

    Args:
        words: the words of `text`.
        at: place in `words`.
        text: where they stand.
        known: phrases by their first word, the longest first.
        gap: what may stand between two words of a phrase.
    """
    for phrase in known.get(words[at].text, ()):
        part = words[at : at + len(phrase)]
        if tuple(word.text for word in part) == phrase and all(
            gap.fullmatch(text, left.end, right.start) for left, right in pairwise(part)
        ):
            return len(phrase)
    return 0


def by_first_word(phrases: Iterator[Phrase] | Sequence[Phrase]) -> dict[str, list[Phrase]]:
    """Phrases by their first word, the longest first."""
    found: dict[str, list[Phrase]] = {}
    for phrase in sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase)):
        found.setdefault(phrase[0], []).append(phrase)
    return found


@cache
def vocabulary() -> dict[str, Any]:
    """The shipped word lists."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@cache
def spoken(role: str) -> frozenset[str]:
    """The words of one role: at, dot, dash, underscore, plus, hesitations or not_a_mailbox."""
    return frozenset(vocabulary()["spoken"][role])


@cache
def number_values() -> dict[Phrase, str]:
    """The digits of each spoken number from 0 to 99."""
    return {
        tuple(name.split()): str(value)
        for names in vocabulary()["numbers"].values()
        for value, alternatives in enumerate(names)
        for name in alternatives.split("|")
    }


@cache
def number_phrases() -> dict[str, list[Phrase]]:
    """The spoken numbers by their first word."""
    return by_first_word(list(number_values()))
