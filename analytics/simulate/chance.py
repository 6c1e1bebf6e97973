"""Cheap seeded draws: weighted wheels and quantile tables that are indexed by random bits.

A table costs one list look-up per draw, a library distribution costs a logarithm or a loop.
"""

from __future__ import annotations

import math
from random import Random
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")

TABLE_BITS: Final = 12
TABLE_MASK: Final = (1 << TABLE_BITS) - 1
_TABLE_SIZE: Final = 1 << TABLE_BITS
_WHEEL_SIZE: Final = 2000


def stream(seed: int, name: str) -> Random:
    """Return an independent generator, so that a draw added in one part moves no other part."""
    return Random(f"{seed}/{name}")


def wheel(weights: Mapping[T, float]) -> list[T]:
    """Return a list in which every key stands in proportion to its weight (steps of 0.05 %)."""
    total = sum(weights.values())
    slots: list[T] = []
    reached = 0.0
    for key, weight in weights.items():
        reached += weight / total
        slots.extend([key] * (round(reached * _WHEEL_SIZE) - len(slots)))
    return slots


def spin(rng: Random, slots: Sequence[T]) -> T:
    """Draw one entry of a wheel or of any other sequence, all entries alike."""
    return slots[int(rng.random() * len(slots))]


def normal_table(sigma: float) -> list[float]:
    """Return equally likely values of a normal distribution around zero."""
    return [sigma * z for z in _scores()]


def heavy_tail_table(median: float, sigma: float, tail: float = 0.35) -> list[int]:
    """Return equally likely whole values of a log-normal with a stretched upper tail.

    `tail` bends the score upwards beyond 1.6 sigma: production latencies have a p99 that no plain
    log-normal with their median and p90 reaches.
    """
    return [round(median * math.exp(sigma * (z + tail * max(0.0, z - 1.6) ** 2))) for z in _scores()]


def poisson_like(rng: Random, mean: float) -> int:
    """Return a count with mean and variance near `mean`."""
    return max(0, round(rng.gauss(mean, math.sqrt(mean))))


def _scores() -> list[float]:
    curve = NormalDist()
    return [curve.inv_cdf((i + 0.5) / _TABLE_SIZE) for i in range(_TABLE_SIZE)]
