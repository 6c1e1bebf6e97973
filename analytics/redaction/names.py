"""The configured names of people."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from analytics.redaction.spans import Span
from analytics.redaction.words import Phrase, Word, by_first_word, phrase_at, words_in

_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_GAP = re.compile(r"[\s.'\u2019-]{0,3}")


def name_phrases(names: Iterable[str]) -> dict[str, list[Phrase]]:
    """Names by their first word, folded, in all their spellings; a name without a letter or digit is none."""
    phrases = (tuple(word.text for word in words_in(spelling)) for name in names for spelling in _spellings(name))
    return by_first_word([phrase for phrase in phrases if phrase])


def _spellings(name: str) -> Iterator[str]:
    """As it is, with e for the dots of an umlaut ("Mueller"), and without apostrophes ("OBrien")."""
    plain = unicodedata.normalize("NFC", name).lower()
    yield from (plain, plain.translate(_TRANSCRIBED), re.sub(r"['\u2019]", "", plain))


def named(text: str, words: list[Word], names: dict[str, list[Phrase]]) -> Iterator[Span]:
    """The longest configured name at each word; whole words, whatever their case and accents."""
    for at, word in enumerate(words):
        length = phrase_at(words, at, text, names, _GAP)
        if length:
            value = " ".join(part.text for part in words[at : at + length])
            yield Span(word.start, words[at + length - 1].end, "NAME", value)
