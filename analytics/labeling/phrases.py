"""Finding many phrases in a list of words in one pass: one look-up per word, the longest phrase wins."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, product
from typing import NamedTuple

from analytics.labeling.words import words_of

# A phrase of this meaning is found, so that nothing shorter inside it is, and then dropped.
IGNORED = "ignored"


class Hit(NamedTuple):
    """A phrase that was found: what it means, and which words it covers."""

    meaning: str
    start: int
    stop: int


class PhraseIndex:
    """Phrases by their first word, then by length, longest first; `meanings` are in the order given."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        """Index the phrases of each meaning; a phrase listed twice keeps its first meaning."""
        by_first: dict[str, dict[int, dict[tuple[str, ...], str]]] = {}
        for meaning, patterns in phrases.items():
            for phrase in (spelled for pattern in patterns for spelled in spellings(pattern)):
                by_length = by_first.setdefault(phrase[0], {})
                by_length.setdefault(len(phrase), {}).setdefault(phrase, meaning)
        self.meanings = tuple(phrases)
        self._by_first = {first: sorted(lengths.items(), reverse=True) for first, lengths in by_first.items()}

    @property
    def last_words(self) -> frozenset[str]:
        """The words that can end a phrase; words without any of them hold none."""
        lengths = (by_length for lengths in self._by_first.values() for _, by_length in lengths)
        return frozenset(phrase[-1] for phrases in lengths for phrase in phrases)

    def hits(self, words: Sequence[str]) -> list[Hit]:
        """The phrases in these words, left to right, none overlapping another."""
        found = []
        stop = 0
        by_first = self._by_first
        for start, word in enumerate(words):
            if start >= stop and word in by_first:
                hit = self._longest_at(words, start)
                if hit is not None:
                    stop = hit.stop
                    if hit.meaning != IGNORED:
                        found.append(hit)
        return found

    def _longest_at(self, words: Sequence[str], start: int) -> Hit | None:
        for length, phrases in self._by_first[words[start]]:
            meaning = phrases.get(tuple(words[start : start + length]))
            if meaning is not None:
                return Hit(meaning, start, start + length)
        return None


def spellings(pattern: str) -> Iterable[tuple[str, ...]]:
    """All phrases that a pattern stands for: `is|was booked` is `is booked` and `was booked`."""
    places = [[words_of(choice) for choice in place.split("|")] for place in pattern.split()]
    return (tuple(chain.from_iterable(choices)) for choices in product(*places))
