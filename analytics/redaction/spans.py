"""Spans of text that identify somebody, and the rule for spans that overlap."""

import re
from bisect import bisect, insort
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

    A span that overlaps a longer one is dropped as a whole. Time grows as n log n: a line holds up to 16 MiB.
    """
    chosen: list[Span] = []
    taken: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: span.start - span.end):
        if _is_apart(span, _near(taken, span)):
            insort(taken, (span.start, span.end))
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)


def outside_placeholders(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans that touch no placeholder."""
    taken = [match.span() for match in PLACEHOLDER.finditer(text)] if "[" in text else []
    return [span for span in spans if _is_apart(span, _near(taken, span))]


def _near(taken: list[tuple[int, int]], span: Span) -> list[tuple[int, int]]:
    """Of places in the order of the text that do not overlap, those that may touch the span."""
    first = bisect(taken, span.start, key=lambda place: place[0])
    return taken[max(0, first - 1) : bisect(taken, span.end, key=lambda place: place[0])]


def _is_apart(span: Span, places: Iterable[tuple[int, int]]) -> bool:
    return all(span.end <= start or end <= span.start for start, end in places)
