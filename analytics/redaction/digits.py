"""Payment cards and bank accounts: long numbers that carry their own check digits."""

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from analytics.redaction.spans import Span

#: What may stand between the digits of one number: spaces, hyphens, characters without width.
SEPARATOR = r"[ \t\u00a0\u2000-\u200d\u202f\u2060\u00ad\ufeff\u2010-\u2015-]"
_GROUPS = re.compile(rf"(?<![^\W_])\d+(?:{SEPARATOR}{{1,3}}\d+)*(?![^\W_])")
_GROUP = re.compile(r"\d+")
_CARD_DIGITS = range(13, 20)
#: Groups as they stand on a card, with a sign between them that also stands in lists and amounts.
_CARD_FORM = re.compile(r"(?<!\w)\d{4}([._/,][ ]?)(?:\d{4}\1\d{4}\1\d{4}|\d{6}\1\d{5})(?!\w)")
_IBAN_SEPARATOR = rf"(?:{SEPARATOR}|[._/,])"
_IBAN = re.compile(
    rf"(?<![^\W_])[A-Z]{SEPARATOR}{{0,3}}[A-Z](?:{_IBAN_SEPARATOR}{{0,3}}\d){{2}}"
    rf"(?:{_IBAN_SEPARATOR}{{0,3}}[A-Z0-9]){{11,30}}",
    re.IGNORECASE | re.ASCII,
)
_MIN_IBAN_CHARS = 15


def plain_digits(text: str) -> str:
    """The digits of any script, as 0 to 9."""
    return "".join(str(int(character)) for character in text if character.isdecimal())


def cards(text: str) -> Iterator[Span]:
    """Runs of 13 to 19 digits that pass Luhn's check.

    Thirteen digits must begin with 4, as the cards of that length do: others are moments in milliseconds or article
    numbers, of which one in ten passes the check.
    """
    for run in _GROUPS.finditer(text):
        groups = [match.span() for match in _GROUP.finditer(text, run.start(), run.end())]
        yield from _cards_of(text, groups)
    for form in _CARD_FORM.finditer(text):
        if luhn.is_valid(digits := plain_digits(form.group())):
            yield Span(form.start(), form.end(), "CARD", digits)


def _cards_of(text: str, groups: list[tuple[int, int]]) -> Iterator[Span]:
    for first, (start, _) in enumerate(groups):
        digits = ""
        for group_start, end in groups[first : first + _CARD_DIGITS.stop]:
            digits += plain_digits(text[group_start:end])
            if len(digits) >= _CARD_DIGITS.stop:
                break
            if len(digits) in _CARD_DIGITS and (len(digits) > 13 or digits[0] == "4") and luhn.is_valid(digits):
                yield Span(start, end, "CARD", digits)


def ibans(text: str) -> Iterator[Span]:
    """Bank accounts that pass the check modulo 97 (ISO 13616) and have the length of their country."""
    at = 0
    while (candidate := _IBAN.search(text, at)) is not None:
        at = candidate.start() + 1
        for end in range(candidate.end(), candidate.start() + _MIN_IBAN_CHARS - 1, -1):
            number = "".join(filter(str.isalnum, text[candidate.start() : end]))
            if text[end - 1].isalnum() and not text[end : end + 1].isalnum() and _is_iban(number):
                yield Span(candidate.start(), end, "IBAN", number.upper())
                at = end
                break


def _is_iban(number: str) -> bool:
    return len(number) >= _MIN_IBAN_CHARS and bool(iban.is_valid(number, check_country=False))
