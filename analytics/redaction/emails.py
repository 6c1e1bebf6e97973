"""E-mail addresses, written and spoken ("jane dot doe at example dot com")."""

import re
from collections.abc import Iterator
from functools import cache

from analytics.redaction.spans import Span
from analytics.redaction.words import Phrase, Word, by_first_word, number_values, phrase_at, spoken, vocabulary

_MAILBOX = re.compile(r"[\w.+%'&=!#$*/?^`{|}~-]{1,64}[ ]?$")
_DOMAIN = re.compile(r"[ ]?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_REACH = 66
_TIGHT = re.compile(r"[._+-]?")
_SPACE = re.compile(r"[\s,()\[\]]{1,3}")


def written_emails(text: str) -> Iterator[Span]:
    """Addresses with an @, with or without a space around it."""
    at = text.find("@")
    while at >= 0:
        mailbox = _MAILBOX.search(text[max(0, at - _REACH) : at])
        domain = _DOMAIN.match(text, at + 1)
        if mailbox and domain:
            start = at - len(mailbox.group())
            yield Span(start, domain.end(), "EMAIL", text[start : domain.end()].replace(" ", "").lower())
        at = text.find("@", at + 1)


def spoken_emails(text: str, words: list[Word]) -> Iterator[Span]:
    """Addresses whose @ and dots are said in words, in part or all of them."""
    words = _as_one(text, words)
    for at, word in enumerate(words):
        if word.text in spoken("at") and 0 < at < len(words) - 1 and _apart(text, words, at):
            last = _domain_end(text, words, at + 1)
            first = _mailbox_start(text, words, at - 1)
            if last is not None and not (first == at - 1 and words[first].text in spoken("not_a_mailbox")):
                parts = [_written(part.text) for part in words[first : last + 1]]
                yield Span(words[first].start, words[last].end, "EMAIL", "".join(parts))


def _as_one(text: str, words: list[Word]) -> list[Word]:
    """The words, of which those that mean one thing together ("at sign") are one."""
    found: list[Word] = []
    at = 0
    while at < len(words):
        length = phrase_at(words, at, text, _phrases(), _SPACE)
        if length:
            part = words[at : at + length]
            meaning = vocabulary()["as_one"][" ".join(word.text for word in part)]
            found.append(Word(part[0].start, part[-1].end, meaning))
        else:
            found.append(words[at])
        at += length or 1
    return found


@cache
def _phrases() -> dict[str, list[Phrase]]:
    return by_first_word([tuple(phrase.split()) for phrase in vocabulary()["as_one"]])


def _domain_end(text: str, words: list[Word], at: int) -> int | None:
    """The last word of a domain with at least one dot; None where there is none, as in "at three point five"."""
    dotted = False
    while at + 1 < len(words):
        between = text[words[at].end : words[at + 1].start]
        if between in ("", "-", "."):
            dotted, at = dotted or between == ".", at + 1
        elif _joins(words, at + 1, "dot", "dash") and at + 2 < len(words) and _apart(text, words, at + 1):
            dotted, at = dotted or words[at + 1].text in spoken("dot"), at + 2
        elif _SPACE.fullmatch(between) and _spelled(text, words[at], words[at + 1]):
            at += 1
        else:
            break
    is_top_level = len(words[at].text) > 1 or _spelled(text, words[at - 1], words[at])
    return at if dotted and is_top_level and not _is_number(words[at]) else None


def _mailbox_start(text: str, words: list[Word], at: int) -> int:
    while at > 0:
        between = text[words[at - 1].end : words[at].start]
        if _TIGHT.fullmatch(between):
            at -= 1
        elif at > 1 and _joins(words, at - 1, "dot", "dash", "underscore", "plus") and _apart(text, words, at - 1):
            at -= 2
        elif _SPACE.fullmatch(between) and (_spelled(text, words[at - 1], words[at]) or _is_number(words[at])):
            at -= 1
        else:
            break
    return at


def _apart(text: str, words: list[Word], at: int) -> bool:
    """Whether a joining word has white space on both sides."""
    before, after = text[words[at - 1].end : words[at].start], text[words[at].end : words[at + 1].start]
    return bool(_SPACE.fullmatch(before) and _SPACE.fullmatch(after))


def _joins(words: list[Word], at: int, *roles: str) -> bool:
    return any(words[at].text in spoken(role) for role in roles)


def _spelled(text: str, left: Word, right: Word) -> bool:
    return len(left.text) == 1 and len(right.text) == 1 and text[left.start - 1 : left.start] not in ("'", "\u2019")


def _is_number(word: Word) -> bool:
    return word.text[0].isdecimal() or (word.text,) in number_values()


def _written(word: str) -> str:
    signs = {"at": "@", "dot": ".", "dash": "-", "underscore": "_", "plus": "+"}
    return next((sign for role, sign in signs.items() if word in spoken(role)), word)
