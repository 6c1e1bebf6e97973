"""Phone numbers: what Google's number plans accept, and what is written like one."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

import phonenumbers

from analytics.redaction.digits import plain_digits
from analytics.redaction.spans import Span
from analytics.redaction.words import fold, vocabulary

_SEPARATOR = r"[ ().\t\u00a0\u2000-\u200d\u202f\u2060/\u2010-\u2015-]"
_RUN = re.compile(rf"(?<![\w.,:@])(?<![$\u20ac\u00a3]\s)(?:\+[ ]?|\(\+?)?\d+(?:{_SEPARATOR}{{1,3}}\d+)*(?![\w:@])")
_GROUP = re.compile(r"\+?[ ]?\(?\+?\d+")
_DIGITS = range(7, 16)
_DATE = re.compile(r"(?:\d{1,2}([./-])\d{1,2}\1(?:19|20)?\d\d|(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2})(?![./-]?\d)")
#: Between two parts of one written thing: a phone number neither begins nor ends there.
_JOINED = re.compile(r"[./\u2010-\u2015-]")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_PRICE = re.compile(r"\d{1,3}(?:[ .\u00a0\u202f]\d{3})*(?:\.\d{1,2})?")
_CURRENCY = re.compile(
    r"[\s.,]{0,2}(?:\d\d\b)?\s?(?:[$\u20ac\u00a3%]|eur|usd|gbp|chf|dollar|pound|ms\b|sek|sec)", re.IGNORECASE
)
_NORTH_AMERICAN = re.compile(r"(?:1[ .-]?)?\(?[2-9]\d\d\)?[ .-]{1,2}\d{3}[ .-]\d{4}")
_LOCAL = re.compile(r"\d{3}[ .-]\d{4}")
#: Characters before a number in which a word may tell what it is.
CUE_REACH = 40


def phones(text: str, regions: Sequence[str], before: str = "") -> Iterator[Span]:
    """Phone numbers; `before` is what stands before the text (the key of a JSON value).

    International numbers need a possible length; national ones must be valid in one of `regions` and begin with 0, or
    be written in groups, or follow a word such as "mobile". After a word such as "order" none of these is enough.
    """
    for run in _RUN.finditer(text):
        groups = [match.span() for match in _GROUP.finditer(text, run.start(), run.end())]
        yield from _phones_of(text, groups, regions, before)


def _phones_of(text: str, groups: list[tuple[int, int]], regions: Sequence[str], before: str) -> Iterator[Span]:
    first = 0
    while first < len(groups):
        start = groups[first][0]
        for place, end in reversed(_ends_within_reach(groups, first)):
            value = None if _is_part(text, start, end) else _phone(text, start, end, regions, before)
            if value is not None:
                yield Span(start, end, "PHONE", value)
                first = place
                break
        first += 1


def _ends_within_reach(groups: list[tuple[int, int]], first: int) -> list[tuple[int, int]]:
    """Place and end of each group that a number beginning with the first may end with; it looks no further."""
    reach = groups[first][0] + 2 * _DIGITS.stop
    # each group has a character at least, so that no more than these can end within reach
    near = enumerate(groups[first : first + 2 * _DIGITS.stop], first)
    return [(place, end) for place, (_, end) in near if end <= reach]


def _phone(text: str, start: int, end: int, regions: Sequence[str], before: str) -> str | None:
    written = text[start:end].strip()
    digits = plain_digits(written)
    if len(digits) not in _DIGITS:
        return None
    if "+" in written[:3]:
        return _possible(digits)
    if digits.startswith("00"):
        return _valid(f"+{digits[2:]}", None)
    if _is_something_else(written, text[end:]):
        return None
    return _national(written, digits, regions, _cue(before + text[max(0, start - CUE_REACH) : start]))


def _national(written: str, digits: str, regions: Sequence[str], cue: str | None) -> str | None:
    if cue == "other":
        return None
    grouped = written != digits
    value = next((value for region in regions if (value := _valid(digits, region))), None)
    if value is not None and (grouped or cue == "phone" or digits[0] == "0"):
        return value
    # 555 numbers and numbers reserved for films are no valid ones and are said all the same
    if _NORTH_AMERICAN.fullmatch(written) and not {"US", "CA"}.isdisjoint(regions):
        return f"+1{digits[-10:]}"
    return digits if cue == "phone" and (_LOCAL.fullmatch(written) or digits[0] == "0" or grouped) else None


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether the characters go on to either side without a space: part of an address or a version."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    goes_on = _JOINED.match(behind) and behind[1:].isdecimal()
    return bool(goes_on or (before[:1].isdecimal() and _JOINED.fullmatch(before[1:])))


def _is_something_else(written: str, behind: str) -> bool:
    """A date, an amount or a network address."""
    if _DATE.match(written) or _ADDRESS.fullmatch(written):
        return True
    return bool(_PRICE.fullmatch(written) and (("." in written and len(written) < 10) or _CURRENCY.match(behind)))


def _possible(digits: str) -> str | None:
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return None
    return f"+{digits}" if phonenumbers.is_possible_number(number) else None


def _valid(digits: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def asks_for_phone(text: str) -> bool:
    """Whether the last telling words of a text are about a phone number: the next turn may be one."""
    return _cue(text) == "phone"


def _cue(before: str) -> str | None:
    """`phone` or `other`, by the last telling word before a number; None where there is none."""
    found = list(_cues().finditer(fold(before).replace("_", " ")[-CUE_REACH:]))
    return found[-1].lastgroup if found else None


@cache
def _cues() -> re.Pattern[str]:
    phone, other = ("|".join(map(re.escape, vocabulary()["cues"][role])) for role in ("phone", "other"))
    # short ones are whole words: "id" stands in "did"
    bounded = "|".join(rf"\b{re.escape(word)}\b" for word in vocabulary()["cues"]["short"])
    return re.compile(rf"(?P<phone>{phone}|\b(?:tel|ani)\b)|(?P<other>{other}|{bounded})")
