"""Spans of text that identify somebody, and the rule for spans that overlap."""

import re
from bisect import bisect_left, bisect_right
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
        at = bisect_left(chosen, span.start, key=_start)
        begins_later = at == len(chosen) or span.end <= chosen[at].start
        if begins_later and (at == 0 or chosen[at - 1].end <= span.start):
            chosen.insert(at, span)
    return chosen


def outside_placeholders(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans that touch no placeholder."""
    taken = [match.span() for match in PLACEHOLDER.finditer(text)] if "[" in text else []
    if not taken:
        return list(spans)
    ends = [end for _, end in taken]
    # the first placeholder that ends behind the span's start is the only one that it may touch first
    ahead = ((span, bisect_right(ends, span.start)) for span in spans)
    return [span for span, at in ahead if at == len(taken) or span.end <= taken[at][0]]


def _start(span: Span) -> int:
    return span.start
