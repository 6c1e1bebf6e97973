"""Redaction replaces a span by [KIND_n] and changes nothing else."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.redaction.policy import policy_of
from analytics.redaction.redactor import CallRedactor, Finder
from analytics.redaction.spans import PLACEHOLDER, Span, without_overlaps
from analytics.sections import Redaction
from tests.analytics.redaction.corpus import NAMES, corpus

FINDER = Finder(policy_of(Redaction(names=NAMES, patterns={"POLICY": r"PN-\d{6}", "WORD": r"secret\w*"})))
Redact = Callable[..., str]

PIECES = st.one_of(
    st.sampled_from([sentence.text for sentence in corpus(per_kind=4, seed=3)]),
    st.sampled_from(["[CARD_1]", "[PHONE_7]", "PN-123456", "secrets", "call me", "order", "at", "dot com", "\\", '"', "{", "€"]),
    st.text(alphabet="0123456789 +-().@abc,\n", max_size=20),
    st.text(max_size=10),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=6).map(" ".join)
JSON_VALUES = st.recursive(
    st.one_of(
        TEXTS, st.integers(0, 10**19), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none()
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)


@given(TEXTS)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = CallRedactor(FINDER).text(text)

    assert CallRedactor(FINDER).text(once) == once


@given(TEXTS)
def test_what_is_no_span_stays_byte_for_byte(text: str) -> None:
    redactor = CallRedactor(FINDER)
    redactor.reserve(text)
    redacted = redactor.text(text)

    # what stands between the new placeholders stands in the text, in that order and nothing left over at the ends
    kept = re.split("|".join(map(re.escape, sorted(redactor.given, key=len, reverse=True))) or "(?!)", redacted)
    assert re.fullmatch(".+".join(map(re.escape, kept)), text, re.DOTALL)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_equal_values_get_equal_placeholders_in_all_texts_of_a_call(texts: list[str]) -> None:
    redactor = CallRedactor(FINDER)
    first = [redactor.text(text) for text in texts]

    assert [redactor.text(text) for text in texts] == first


@given(JSON_VALUES, st.booleans())
@settings(max_examples=50)
def test_json_stays_json_of_the_same_shape(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)

    redacted = CallRedactor(FINDER).json(text)

    assert _shape(json.loads(redacted)) == _shape(value)
    assert CallRedactor(FINDER).json(redacted) == redacted


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return [_shape(child) for child in value.values()] if len(value) < 2 else "object"
    if isinstance(value, list):
        return [_shape(child) for child in value]
    return "scalar"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("card 4111 1111 1111 1111, again 4111-1111-1111-1111", "card [CARD_1], again [CARD_1]"),
        ("4111 1111 1111 1111 12/27", "[CARD_1] 12/27"),
        ("\uff14\uff11\uff11\uff11 1111 1111 1111", "[CARD_1]"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("IBAN de89 3704 0044 0532 0130 00 please", "IBAN [IBAN_1] please"),
        ("0151 12345678 is +49 151 12345678", "[PHONE_1] is [PHONE_1]"),
        ("call me at 2127367108", "call me at [PHONE_1]"),
        ("my order is 2127367108", "my order is 2127367108"),
        ("it is 192.168.100.200 since 05.11.2026", "it is 192.168.100.200 since 05.11.2026"),
        ("at 1762300800000 ms", "at 1762300800000 ms"),
        ("Jane.Doe@Example.com or jane dot doe at example dot com", "[EMAIL_1] or [EMAIL_1]"),
        ("have a look at example dot com", "have a look at example dot com"),
        ("four two one seven", "[DIGITS_1]"),
        ("four two one, that was nineteen eighty four", "four two one, that was nineteen eighty four"),
        ("double four oh seven uh one", "[DIGITS_1]"),
        ("four two one seven two times", "[DIGITS_1] two times"),
        ("z\u00e9ro six douze trente-quatre cinquante-six", "[DIGITS_1]"),
        ("JANE DOE's and lucia garcia", "[NAME_1]'s and [NAME_2]"),
        ("Janet Doe", "Janet Doe"),
        ("PN-123456 and pn-123456", "[POLICY_1] and pn-123456"),
        ("4111.1111.1111.1111 or 4111, 1111, 1111, 1111", "[CARD_1] or [CARD_1]"),
        ("rooms 1101, 1102, 1103, 1104", "rooms 1101, 1102, 1103, 1104"),
        ("DE 89.3704.0044.0532.0130.00", "[IBAN_1]"),
        ("jane dot doe at g m x dot de", "[EMAIL_1]"),
        ("jane at g mail dot c o m", "[EMAIL_1]"),
        ("jane at sign example dot com", "[EMAIL_1]"),
        ("juan guion bajo perez arroba ejemplo punto es", "[EMAIL_1]"),
        ("jean tiret du bas martin arobase exemple point fr", "[EMAIL_1]"),
        ("jane[at]example[dot]com, jane (at) example (dot) com", "[EMAIL_1], [EMAIL_1]"),
        ("I had to go to it at one point or another", "I had to go to it at one point or another"),
        ("we need it at some point soon", "we need it at some point soon"),
        ("a loan at three point five percent", "a loan at three point five percent"),
        ("we meet at a b c today", "we meet at a b c today"),
        ("my number is 2127367108", "my number is [PHONE_1]"),
        ("mi n\u00famero es 612345678", "mi n\u00famero es [PHONE_1]"),
        ("mi n\u00famero de pedido es 612345678", "mi n\u00famero de pedido es 612345678"),
        ("zero seven seven hundred nine hundred one two three", "[DIGITS_1]"),
        ("one hundred two, two hundred five, six hundred", "one hundred two, two hundred five, six hundred"),
        ("[CARD_1] and 4111 1111 1111 1111", "[CARD_1] and [CARD_2]"),
    ],
)  # fmt: skip
def test_a_text_and_what_becomes_of_it(text: str, expected: str, finder: Finder) -> None:
    redactor = CallRedactor(finder)
    redactor.reserve(text)

    assert redactor.text(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"phone":"2127367108", "order_id":"2127367108"}', '{"phone":"[PHONE_1]", "order_id":"2127367108"}'),
        ('{"card": 4111111111111111, "n": 12}', '{"card": "[CARD_1]", "n": 12}'),
        (r'{"a": "jane\u0040example.com \"x\""}', r'{"a": "[EMAIL_1] \"x\""}'),
        (r'{"a": "caf\u00e9"}', r'{"a": "caf\u00e9"}'),
        ('{"jane@example.com": true}', '{"[EMAIL_1]": true}'),
        ('"' + r"{\"card\": \"4111111111111111\"}" + '"', '"' + r"{\"card\": \"[CARD_1]\"}" + '"'),
        ("[4111111111111111.5, -4111111111111111]", "[4111111111111111.5, -4111111111111111]"),
    ],
)
def test_json_is_redacted_in_place(text: str, expected: str, finder: Finder) -> None:
    assert CallRedactor(finder).json(text) == expected


def test_the_answer_to_a_question_for_a_phone_number_is_one(finder: Finder) -> None:
    redactor = CallRedactor(finder)

    assert redactor.turn("2127367108", "What is your phone number?") == "[PHONE_1]"
    assert redactor.turn("2127367108", "What is your order number?") == "2127367108"


def test_of_overlapping_spans_the_longest_stands_and_of_equal_ones_the_first() -> None:
    long, inside, equal = Span(0, 9, "IBAN", "a"), Span(2, 6, "CARD", "b"), Span(0, 9, "NAME", "c")
    later = Span(9, 12, "CARD", "d")

    assert without_overlaps([inside, later, long, equal]) == [long, later]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=12))
def test_of_overlapping_spans_the_longest_stands_whichever_way_it_is_looked_for(places: list[tuple[int, int]]) -> None:
    spans = [Span(start, start + length, "X", str(number)) for number, (start, length) in enumerate(places)]
    chosen: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start - span.end):
        if all(span.end <= other.start or other.end <= span.start for other in chosen):
            chosen.append(span)
    assert without_overlaps(spans) == sorted(chosen, key=lambda span: span.start)


@pytest.mark.parametrize(
    "said", ["José Müller", "jose muller", "JOSE MUELLER", "O'Brien", "obrien", "O Brien", "Jo\u0308rg"]
)
def test_a_name_is_found_in_all_its_spellings(said: str) -> None:
    finder = Finder(policy_of(Redaction(names=("José Müller", "O'Brien", "Jörg"))))

    assert CallRedactor(finder).text(f"this is {said} again") == "this is [NAME_1] again"


def test_a_placeholder_is_told_by_its_form() -> None:
    assert PLACEHOLDER.fullmatch("[MEMBER_ID_12]")
    assert not PLACEHOLDER.search("[inaudible] [12]")


@pytest.mark.slow
def test_a_long_text_of_one_piece_comes_to_an_end(redacted: Redact) -> None:
    for unit in ("4", "4 ", "a", "a.", "@", "at dot ", "four ", "0151 ", "DE89 ", "[", '"', "+1 ", "(1) "):
        assert redacted(redacted(unit * 20_000)) == redacted(unit * 20_000)
