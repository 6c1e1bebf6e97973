"""Exact percentiles of a histogram, so that a week of turns needs no list of its values."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """Return the linearly interpolated percentile of `{value: count}`, None when it is empty.

    >>> percentile({1: 1, 2: 1, 3: 1, 4: 1}, 0.5)
    2.5
    """
    if not counts:
        return None
    values = sorted(counts)
    reached = list(accumulate(counts[value] for value in values))
    rank = (reached[-1] - 1) * share
    below = int(rank)
    low, high = (_at(values, reached, min(i, reached[-1] - 1)) for i in (below, below + 1))
    return low + (high - low) * (rank - below)


def _at(values: list[int], reached: list[int], index: int) -> int:
    return values[bisect_right(reached, index)]
