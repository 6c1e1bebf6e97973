"""Redaction of the texts of one call: equal values get equal placeholders wherever they stand in it."""

import re
from collections import Counter
from collections.abc import Iterator

from analytics.redaction.digits import cards, ibans
from analytics.redaction.emails import spoken_emails, written_emails
from analytics.redaction.json_text import redact_json
from analytics.redaction.names import named
from analytics.redaction.phones import asks_for_phone, phones
from analytics.redaction.policy import Policy
from analytics.redaction.spans import PLACEHOLDER, Span, outside_placeholders, without_overlaps
from analytics.redaction.spoken_digits import digit_runs
from analytics.redaction.words import bag_of_words, number_phrases, spoken, vocabulary, words_in

_DIGIT_OR_AT = re.compile(r"[\d@]")
_ENOUGH_DIGITS = re.compile(r"(?:\d\D*){7}")


class Finder:
    """Finds the spans of a text under a policy; texts without digits, @ and telling words cost about 2 us."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._numbers = frozenset(number_phrases()) | frozenset(vocabulary()["repeats"])
        self._telling = self._numbers | spoken("at") | frozenset(policy.names)

    def spans(self, text: str, before: str = "") -> list[Span]:
        """The spans to replace, in order; `before` is what stands before the text."""
        found = list(self._found(text, before))
        return without_overlaps(outside_placeholders(text, found)) if found else []

    def _found(self, text: str, before: str) -> Iterator[Span]:
        if _DIGIT_OR_AT.search(text):
            yield from self._written(text, before)
        bag = bag_of_words(text)
        if not self._telling.isdisjoint(bag):
            yield from self._said(text, bag)
        for kind, pattern in self._policy.patterns:
            for match in pattern.finditer(text):
                if match.group():
                    yield Span(match.start(), match.end(), kind, match.group().casefold())

    def _written(self, text: str, before: str) -> Iterator[Span]:
        if _ENOUGH_DIGITS.search(text):
            yield from ibans(text)
            yield from cards(text)
            yield from phones(text, self._policy.phone_regions, before)
        if "@" in text:
            yield from written_emails(text)

    def _said(self, text: str, bag: list[str]) -> Iterator[Span]:
        words = words_in(text)
        if not spoken("at").isdisjoint(bag):
            yield from spoken_emails(text, words)
        if sum(word in self._numbers for word in bag) > 1:
            yield from digit_runs(text, words, self._policy.min_spoken_digits)
        if not self._policy.names.keys().isdisjoint(bag):
            yield from named(text, words, self._policy.names)


class CallRedactor:
    """Redacts the texts of one call one after the other; numbers are given in the order of first occurrence."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._placeholders: dict[tuple[str, str], str] = {}
        self._last_number: Counter[str] = Counter()

    @property
    def given(self) -> list[str]:
        """The placeholders given so far."""
        return list(self._placeholders.values())

    def reserve(self, text: str) -> None:
        """Leave out the numbers of placeholders that the text came with: they stand for something unknown."""
        for kind, number in PLACEHOLDER.findall(text) if "[" in text else ():
            self._last_number[kind] = max(self._last_number[kind], int(number))

    def text(self, text: str, before: str = "") -> str:
        """The text with its spans replaced; redacting the result again changes nothing."""
        while spans := self._finder.spans(text, before):
            text = self._replaced(text, spans)
        return text

    def turn(self, text: str, previous: str) -> str:
        """A turn of the conversation; a number that answers a question for a phone number is one."""
        asked = _ENOUGH_DIGITS.search(text) is not None and asks_for_phone(previous)
        return self.text(text, "phone " if asked else "")

    def json(self, text: str) -> str:
        """JSON text with its keys, strings and numbers redacted; it stays JSON."""
        while (changed := redact_json(text, self.text)) != text:
            text = changed
        return text

    def _replaced(self, text: str, spans: list[Span]) -> str:
        parts: list[str] = []
        end = 0
        for span in spans:
            parts += (text[end : span.start], self._placeholder(span))
            end = span.end
        return "".join(parts) + text[end:]

    def _placeholder(self, span: Span) -> str:
        known = self._placeholders.get((span.kind, span.value))
        if known is None:
            self._last_number[span.kind] += 1
            known = self._placeholders[span.kind, span.value] = f"[{span.kind}_{self._last_number[span.kind]}]"
        return known
