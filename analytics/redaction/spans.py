"""Spans of text that identify somebody, and the rule for spans that overlap."""

import re
from collections.abc import Iterable

from msgspec import Struct

#: What stands in place of a span; text that already looks so is left alone.
PLACEHOLDER = re.compile(r"\[([A-Z][A-Z_]*)_(\d+)\]")


class Span(Struct, frozen=True):
    """Characters `start` to `end` of a text; equal values of a kind get equal placeholders."""

    start: int
    end: int
    kind: str
    value: str


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans that stand, in order of the text: the longest first, of equal ones the one found first in `spans`.

    A span that overlaps a longer one is dropped as a whole.
    """
    chosen: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start - span.end):
        if all(span.end <= other.start or other.end <= span.start for other in chosen):
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)


def outside_placeholders(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans that touch no placeholder."""
    taken = [match.span() for match in PLACEHOLDER.finditer(text)] if "[" in text else []
    return [span for span in spans if all(span.end <= start or end <= span.start for start, end in taken)]
