"""What follows from a reply: take the answer, ask again, give up, or stop the whole run."""

import random
from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Struct

from analytics.labeling.reply import Reply

Verdict = Literal["answered", "limited", "again", "failed", "stop"]
#: A POST that timed out or was cut may have been paid, so it is repeated once only.
MAX_MAYBE_PAID = 2
_MAX_BACKOFF_S = 30.0
#: lost: a finished batch does not hold the answer. batch_gone: nobody has the batch any more.
_MAYBE_PAID = frozenset({"timeout", "cut", "lost", "batch_gone"})
_TRANSIENT = frozenset({408, 409})
#: A gateway gave up waiting; the server behind it may have gone on to the answer.
_GATEWAY_TIMEOUTS = frozenset({504, 524})


class _Error(Struct):
    code: str | int | None = None
    type: str | None = None


class _ErrorBody(Struct):
    error: _Error


def verdict_on(reply: Reply) -> Verdict:
    """What a reply means for its call and for all others."""
    status = reply.http_status
    if status is None:
        return "again"
    if status == 200:
        return "answered"
    if status == 401 or stop_reason(reply) is not None:
        return "stop"
    if status == 429:
        return "limited"
    return "again" if status in _TRANSIENT or status >= 500 else "failed"


def is_maybe_paid(reply: Reply) -> bool:
    """Whether the server may have answered, and billed, without us seeing it."""
    return reply.error in _MAYBE_PAID or reply.http_status in _GATEWAY_TIMEOUTS


def error_code(reply: Reply) -> str:
    """The server's code for an error, else `http_<status>`; never its message, which may hold what was said."""
    if reply.error is not None:
        return reply.error
    error = _error(reply)
    name = error.code if isinstance(error.code, str) else error.type
    return name[:100] if name else f"http_{reply.http_status}"


def stop_reason(reply: Reply) -> str | None:
    """Why no request can succeed, with the next step; None where others may."""
    error = _error(reply)
    if reply.http_status == 401:
        return "the server refuses the key: correct OPENAI_API_KEY"
    if "insufficient_quota" in (error.code, error.type):
        return "the account's quota is used up (insufficient_quota): raise it at the provider, then run again"
    if error.code == "model_not_found":
        return "the server does not know this model (model_not_found): correct labeling.model"
    return None


def _error(reply: Reply) -> _Error:
    try:
        return msgspec.json.decode(reply.body, type=_ErrorBody).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Error()


class Backoff(Struct, frozen=True):
    """Exponential waiting with jitter: attempt 1 waits `base_s`, each further one twice as long, up to 30 s."""

    base_s: float
    # jitter spreads requests and decides nothing that is stored
    chance: Callable[[], float] = random.random

    def wait_s(self, attempt: int) -> float:
        """Seconds to wait after the attempt, at least half and at most one and a half times the nominal ones."""
        nominal_s: float = min(self.base_s * 2 ** (attempt - 1), _MAX_BACKOFF_S)
        return nominal_s * (0.5 + self.chance())
