"""The word lists of one language, read from `lexicon/<language>.toml` and indexed once."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from analytics.labeling.phrases import PhraseIndex
from analytics.labeling.words import words_of

LEXICON_FOLDER = Path(__file__).with_name("lexicon")
LANGUAGES = ("en", "de", "es", "fr")
# A guess needs this many function words, or the words are too few to tell a language.
_MIN_FUNCTION_WORDS = 4


class Lexicon(Struct, frozen=True):
    """What a language's phrases mean when the caller says them, when the agent does, and what they are about."""

    language: str
    negators: frozenset[str]
    function_words: frozenset[str]
    caller: PhraseIndex
    agent: PhraseIndex
    topics: PhraseIndex


def read_data(name: str) -> dict[str, Any]:
    """One data file of the lexicon folder."""
    return tomllib.loads((LEXICON_FOLDER / name).read_text(encoding="utf-8"))


@cache
def lexicon_of(language: str) -> Lexicon:
    """The indexed word lists of one of `LANGUAGES`."""
    data = read_data(f"{language}.toml")
    return Lexicon(
        language=language,
        negators=frozenset(_folded(data["negators"])),
        function_words=frozenset(_folded(data["function_words"])),
        caller=PhraseIndex(phrase_lists(language, "caller")),
        agent=PhraseIndex(phrase_lists(language, "agent")),
        topics=PhraseIndex(phrase_lists(language, "topics")),
    )


def phrase_lists(language: str, section: str) -> dict[str, list[str]]:
    """The phrases of one section (`caller`, `agent`, `topics`) by meaning, with `<done>` written out."""
    data = read_data(f"{language}.toml")
    done = "|".join(data["done"])
    return {
        meaning: [phrase.replace("<done>", done) for phrase in phrases] for meaning, phrases in data[section].items()
    }


def find_lexicon(tag: str | None, turns: Iterable[list[str]]) -> Lexicon | None:
    """The word lists for a language tag (`de`, `de-DE`, `de_AT`), or for the language that the words look like.

    None means that no list fits: the text is then not read at all.
    """
    if tag is None:
        return _guess(turns)
    primary = tag.replace("_", "-").partition("-")[0].lower()
    return lexicon_of(primary) if primary in LANGUAGES else None


def _guess(turns: Iterable[list[str]]) -> Lexicon | None:
    words = [word for turn in turns for word in turn]
    counts = {language: _count(words, lexicon_of(language).function_words) for language in LANGUAGES}
    best, second = sorted(LANGUAGES, key=lambda language: -counts[language])[:2]
    clear = counts[best] >= _MIN_FUNCTION_WORDS and counts[best] > counts[second]
    return lexicon_of(best) if clear else None


def _count(words: Iterable[str], wanted: frozenset[str]) -> int:
    return sum(word in wanted for word in words)


def _folded(entries: Iterable[str]) -> Iterable[str]:
    return (word for entry in entries for word in words_of(entry))
