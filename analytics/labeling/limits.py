"""The gate before every request: it learns the server's limits from its answers and pauses all workers together."""

import math
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from msgspec import Struct

#: A server that asks for more than this is waited for this long; its answer then counts as one attempt.
MAX_PAUSE_S = 3600.0
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds_of(text: str | None) -> float | None:
    """Seconds of `6m0s`, `1s`, `20ms`, `1.5` (seconds); None for anything else."""
    if text is None:
        return None
    try:
        seconds = float(text)
        return max(seconds, 0.0) if math.isfinite(seconds) else None
    except ValueError:
        parts = _PARTS.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


class _Allowance(Struct):
    """What is left of one limit, as the last answer said, less what was sent since."""

    left: float | None = None
    reset_s: float = 0.0

    def learn(self, headers: Mapping[str, str], kind: str) -> None:
        left = seconds_of(headers.get(f"x-ratelimit-remaining-{kind}"))
        self.left = self.left if left is None else left
        self.reset_s = seconds_of(headers.get(f"x-ratelimit-reset-{kind}")) or self.reset_s

    def take(self, amount: float) -> float:
        """Use some of it; returns the seconds to wait first."""
        if self.left is None:
            return 0.0
        if self.left >= amount:
            self.left -= amount
            return 0.0
        self.left = None  # known again with the next answer
        return self.reset_s


class Gate:
    """When the next request may go out; times are in seconds of `clock`, which only goes forward."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open_at = 0.0
        self._requests = _Allowance()
        self._tokens = _Allowance()

    def wait_s(self, tokens: int) -> float:
        """Seconds until a request of so many tokens (input and the most of output) may go; 0 books it."""
        closed_s = self._open_at - self._clock()
        if closed_s > 0:
            return closed_s
        self.pause(max(self._requests.take(1), self._tokens.take(tokens)))
        return max(self._open_at - self._clock(), 0.0)

    def pause(self, seconds: float) -> None:
        """Close the gate for all workers."""
        self._open_at = max(self._open_at, self._clock() + min(seconds, MAX_PAUSE_S))

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take in the `x-ratelimit-*` headers of an answer."""
        self._requests.learn(headers, "requests")
        self._tokens.learn(headers, "tokens")

    def refused(self, headers: Mapping[str, str], at_least_s: float) -> None:
        """After 429: close for what `Retry-After` or the resets say, at least for `at_least_s`."""
        asked = [retry_after_s(headers), *(seconds_of(headers.get(f"x-ratelimit-reset-{kind}")) for kind in _KINDS)]
        # Retry-After is the server's own word; the resets stand in where it is missing
        told = next((seconds for seconds in asked if seconds), 0.0)
        self.pause(max(told, at_least_s))


_KINDS = ("requests", "tokens")


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """`Retry-After-Ms` or `Retry-After` in seconds; a date counts from the server's own `Date`."""
    ms = seconds_of(headers.get("retry-after-ms"))
    if ms is not None:
        return ms / 1000
    asked = headers.get("retry-after")
    seconds = seconds_of(asked)
    return _until(asked, headers.get("date")) if seconds is None else seconds


def _until(asked: str | None, sent: str | None) -> float | None:
    try:
        wait = parsedate_to_datetime(asked or "") - parsedate_to_datetime(sent or "")
    except (ValueError, TypeError):
        return None
    return max(wait.total_seconds(), 0.0)
