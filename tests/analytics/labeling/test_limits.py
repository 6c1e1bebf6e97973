"""Limits come from the server's own answers."""

import pytest

from analytics.labeling.limits import Gate, retry_after_s, seconds_of
from analytics.labeling.reply import Reply
from analytics.labeling.retries import Backoff, error_code, is_maybe_paid, stop_reason, verdict_on


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("6m0s", 360.0), ("1s", 1.0), ("20ms", 0.02), ("1.5", 1.5), ("1h2m3s", 3723.0), ("0", 0.0), ("-3", 0.0),
     ("nan", None), ("inf", None), ("soon", None), ("1s later", None), ("", None), (None, None)],
)  # fmt: skip
def test_durations_are_read_as_servers_write_them(text: str | None, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


def test_retry_after_may_be_milliseconds_seconds_or_a_date() -> None:
    assert retry_after_s({"retry-after-ms": "250", "retry-after": "9"}) == 0.25
    assert retry_after_s({"retry-after": "2"}) == 2.0
    dates = {"date": "Wed, 25 Nov 2026 08:00:00 GMT", "retry-after": "Wed, 25 Nov 2026 08:00:30 GMT"}
    assert retry_after_s(dates) == 30.0
    assert retry_after_s({"retry-after": "Wed, 25 Nov 2026 08:00:30 GMT"}) is None


def test_a_refusal_closes_the_gate_until_it_may_open() -> None:
    gate = Gate(clock := Clock())
    gate.refused({"retry-after": "2"}, 0.1)
    assert gate.wait_s(10) == 2.0
    clock.now = 2.0
    assert gate.wait_s(10) == 0.0


def test_without_a_word_the_gate_closes_for_the_backoff_or_the_reset() -> None:
    gate = Gate(Clock())
    gate.refused({}, 0.5)
    assert gate.wait_s(1) == 0.5
    gate.refused({"x-ratelimit-reset-tokens": "3s"}, 0.5)
    assert gate.wait_s(1) == 3.0


def test_a_used_up_limit_waits_for_its_reset_before_the_server_says_no() -> None:
    gate = Gate(clock := Clock())
    gate.learn({"x-ratelimit-remaining-tokens": "1000", "x-ratelimit-reset-tokens": "4s"})
    assert gate.wait_s(600) == 0.0
    assert gate.wait_s(600) == 4.0
    clock.now = 4.0
    assert gate.wait_s(600) == 0.0


def test_a_server_cannot_stop_the_run_for_ever() -> None:
    gate = Gate(Clock())
    gate.refused({"retry-after": "1e12"}, 0.5)
    assert gate.wait_s(1) == 3600.0


def reply(status: int | None, body: bytes = b"", error: str | None = None) -> Reply:
    return Reply(status, {}, body, error)


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, b"", "answered"),
        (429, b"", "limited"),
        (429, b'{"error": {"code": "rate_limit_exceeded"}}', "limited"),
        (429, b'{"error": {"code": "insufficient_quota"}}', "stop"),
        (429, b'{"error": {"type": "insufficient_quota", "code": null}}', "stop"),
        (404, b'{"error": {"code": "model_not_found"}}', "stop"),
        (404, b"", "failed"),
        (401, b"", "stop"),
        (400, b'{"error": {"code": 400, "type": "exceed_context_size_error"}}', "failed"),
        (408, b"", "again"),
        (409, b"", "again"),
        (500, b"", "again"),
        (503, b"<html>", "again"),
        (302, b"", "failed"),
    ],
)
def test_what_follows_from_a_status(status: int, body: bytes, verdict: str) -> None:
    assert verdict_on(reply(status, body)) == verdict
    assert (stop_reason(reply(status, body)) is not None) == (verdict == "stop")


def test_only_what_the_server_may_have_answered_may_be_paid() -> None:
    assert [is_maybe_paid(reply(None, error=error)) for error in ("timeout", "cut", "unreachable")] == [
        True,
        True,
        False,
    ]
    assert [is_maybe_paid(reply(status)) for status in (429, 500, 504)] == [False, False, True]


def test_an_error_s_message_is_not_kept_since_it_may_hold_what_was_said() -> None:
    body = b'{"error": {"message": "bad text: my pin is 1234", "type": "invalid_request_error", "code": null}}'
    assert error_code(reply(400, body)) == "invalid_request_error"
    assert error_code(reply(502, b"<html>my pin</html>")) == "http_502"
    assert error_code(reply(None, error="timeout")) == "timeout"


def test_waiting_doubles_up_to_half_a_minute() -> None:
    backoff = Backoff(0.5, chance=lambda: 0.5)
    assert [backoff.wait_s(attempt) for attempt in (1, 2, 3, 10)] == [0.5, 1.0, 2.0, 30.0]
