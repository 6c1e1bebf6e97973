"""Simulated time: whole milliseconds since 1970-01-01 UTC, half-open days and ISO weeks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS
DAYS_PER_WEEK = 7

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def last_week_end(end: date) -> date:
    """Return the Monday that closes the last whole ISO week before the exclusive `end`."""
    return end - timedelta(days=end.weekday())


def day_start_ms(day: date) -> int:
    """Return the first millisecond of a UTC day."""
    return (day.toordinal() - _EPOCH_ORDINAL) * DAY_MS


def day_of(at_ms: int) -> date:
    """Return the UTC day of a moment."""
    return date.fromordinal(at_ms // DAY_MS + _EPOCH_ORDINAL)


def monday_of(at_ms: int) -> date:
    """Return the Monday of a moment's ISO week (UTC)."""
    day = day_of(at_ms)
    return day - timedelta(days=day.weekday())


def iso_week(monday: date) -> str:
    """Return a week's name, such as `2026-W06`."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def stamp(at_ms: int) -> str:
    """Return RFC 3339 text in UTC with milliseconds."""
    day, in_day_ms = divmod(at_ms, DAY_MS)
    in_day_s, ms = divmod(in_day_ms, 1000)
    minutes, seconds = divmod(in_day_s, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{_day_text(day)}T{hours:02d}:{minutes:02d}:{seconds:02d}.{ms:03d}Z"


def moment_ms(text: str) -> int:
    """Return the moment that `stamp` wrote."""
    return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND


@lru_cache(maxsize=64)
def _day_text(day: int) -> str:
    return date.fromordinal(day + _EPOCH_ORDINAL).isoformat()
