"""The word lists are usable as written, in every language."""

import pytest

from analytics.labeling.lexicon import LANGUAGES, find_lexicon, lexicon_of, phrase_lists, read_data
from analytics.labeling.phrases import IGNORED, PhraseIndex, spellings
from analytics.labeling.words import bounded, sentences_of, words_of


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("side", ["caller", "agent", "topics"])
def test_no_phrase_has_two_meanings(language, side):
    meaning_of: dict[tuple[str, ...], str] = {}
    for meaning, patterns in phrase_lists(language, side).items():
        for phrase in (phrase for pattern in patterns for phrase in spellings(pattern)):
            known = meaning_of.setdefault(phrase, meaning)
            assert IGNORED in (known, meaning) or known == meaning or side == "topics", (phrase, known, meaning)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_meanings(language):
    english, other = read_data("en.toml"), read_data(f"{language}.toml")

    assert {side: set(english[side]) for side in ("caller", "agent", "topics")} == {
        side: set(other[side]) for side in ("caller", "agent", "topics")
    }


def test_the_longest_phrase_wins_and_an_ignored_one_hides_what_is_in_it():
    index = PhraseIndex({"ignored": ["not great"], "praise": ["great", "great help"]})

    assert [(hit.meaning, hit.start, hit.stop) for hit in index.hits(words_of("a great help, not great"))] == [
        ("praise", 1, 3)
    ]


def test_alternatives_stand_for_all_their_spellings():
    assert list(spellings("is|was re-booked")) == [("is", "re", "booked"), ("was", "re", "booked")]


def test_accents_case_and_apostrophes_do_not_matter():
    assert words_of("C\N{RIGHT SINGLE QUOTATION MARK}EST ANNULÉ") == words_of("c'est annule") == ["cest", "annule"]


@pytest.mark.parametrize(
    ("tag", "language"), [("de", "de"), ("ES-mx", "es"), ("fr_CA", "fr"), ("nl", None), ("", None)]
)
def test_a_tag_names_its_language_whatever_the_region(tag, language):
    found = find_lexicon(tag, [["the", "is", "and", "you", "i"]])

    assert found is (lexicon_of(language) if language else None)


def test_too_few_words_tell_no_language():
    assert find_lexicon(None, [["the", "is"]]) is None


def test_a_wall_of_text_keeps_its_beginning_and_its_end():
    kept = list(sentences_of(bounded("First. " + "x" * 300_000 + ". Last.")))

    assert (kept[0], kept[-1]) == ("First.", "Last.")
    assert sum(map(len, kept)) <= 6_000
