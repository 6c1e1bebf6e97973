"""Runs of digits said in words ("four two one seven", "double four", "zéro six douze trente-quatre")."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from analytics.redaction.digits import plain_digits
from analytics.redaction.spans import Span
from analytics.redaction.words import Word, number_phrases, number_values, phrase_at, spoken, vocabulary

_WITHIN_NUMBER = re.compile(r"[\s-]{1,3}")
_BETWEEN_NUMBERS = re.compile(r"[\s,.\u2026\u2010-\u2015/-]{1,4}")
_MAX_WRITTEN_DIGITS = 4
#: Fewer numbers than this may be a year or a time of day ("nineteen eighty four"), unless each is one digit.
_MIN_NUMBERS = 4


class _Number(Struct, frozen=True):
    """A number within a run: how many words it takes, its digits, whether it was said in words, as one digit."""

    words: int
    digits: str
    said: bool = True
    single: bool = True


def digit_runs(text: str, words: list[Word], min_digits: int) -> Iterator[Span]:
    """Runs of at least `min_digits` digits; up to half of the numbers may be written in figures."""
    at = 0
    while at < len(words):
        run = _run_from(text, words, at)
        if run is None:
            at += 1
            continue
        numbers, end = _without_count(words, *run)
        if _is_secret(numbers, min_digits):
            digits = "".join(number.digits for number in numbers)
            yield Span(words[at].start, words[end - 1].end, "DIGITS", digits)
        at = end


def _without_count(words: list[Word], numbers: list[_Number], end: int) -> tuple[list[_Number], int]:
    """The run without its last number where that one counts something ("two times")."""
    counts = end < len(words) and words[end].text in spoken("counted") and len(numbers) > 1
    return (numbers[:-1], end - numbers[-1].words) if counts else (numbers, end)


def _is_secret(numbers: Sequence[_Number], min_digits: int) -> bool:
    said = sum(number.said for number in numbers)
    single = all(number.single for number in numbers)
    enough = sum(len(number.digits) for number in numbers) >= min_digits
    # "one hundred two, two hundred five" are amounts, "nine hundred one two three" is dictated
    hundreds = sum(number.digits == "00" for number in numbers)
    enough_numbers = len(numbers) - hundreds >= max(_MIN_NUMBERS, 3 * hundreds)
    return enough and 2 * said >= len(numbers) and (enough_numbers or single)


def _run_from(text: str, words: list[Word], at: int) -> tuple[list[_Number], int] | None:
    """The numbers from `at` on and the place behind the last one; None where no number begins."""
    first = _number_at(text, words, at)
    if first is None:
        return None
    numbers, end = [first], at + first.words
    ahead = end
    while ahead < len(words) and _BETWEEN_NUMBERS.fullmatch(text, words[ahead - 1].end, words[ahead].start):
        number = _number_at(text, words, ahead) or _inner_at(words, ahead)
        if number is not None:
            numbers.append(number)
            end = ahead = ahead + number.words
        elif words[ahead].text in spoken("hesitations"):
            ahead += 1
        else:
            break
    return numbers, end


def _number_at(text: str, words: list[Word], at: int) -> _Number | None:
    word = words[at].text
    times = vocabulary()["repeats"].get(word)
    if times and at + 1 < len(words) and (words[at + 1].text,) in number_values():
        digit = number_values()[words[at + 1].text,]
        return _Number(2, digit * times) if len(digit) == 1 else None
    if word[0].isdecimal():
        short = len(word) <= _MAX_WRITTEN_DIGITS
        return _Number(1, plain_digits(word), said=False, single=len(word) == 1) if short else None
    length = phrase_at(words, at, text, number_phrases(), _WITHIN_NUMBER)
    if not length:
        return None
    digits = number_values()[tuple(part.text for part in words[at : at + length])]
    return _Number(length, digits, single=len(digits) == 1)


def _inner_at(words: list[Word], at: int) -> _Number | None:
    digit = vocabulary()["inner"].get(words[at].text)
    return None if digit is None else _Number(1, digit, single=len(digit) == 1)
