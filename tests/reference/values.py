"""Values as section 5 reads them, and quantiles as section 8 does."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Any


def half_up(value: Any) -> int | None:
    """A number of milliseconds without its fraction."""
    return None if value is None else int((Decimal(value) + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


def not_negative(value: Any) -> Any:
    return None if value is None or value < 0 else value


def of_vocabulary(value: str | None, vocabulary: tuple[str, ...]) -> str | None:
    return value if value is None or value in vocabulary else "unknown"


def quantile(ordered: list[int], share: str) -> float | None:
    """Exact, linearly interpolated between the two nearest values."""
    if not ordered:
        return None
    place = Decimal(share) * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (ordered[above] - ordered[below]) * (place - below))
