"""Alerts: one per cause and period, a note when it is over, real receivers, and no secret in any text."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.alerts.alert import Alert
from analytics.alerts.channels import Channel, Message, NotDelivered, channels
from analytics.alerts.dispatch import dispatch, is_due
from analytics.alerts.operation import operational_alerts
from analytics.errors import ConfigurationError
from analytics.ledger import Ledger
from analytics.publish.state import forget_refusal, refusal, remember_refusal
from analytics.sections import Alerts
from analytics.settings import Settings
from tests.analytics.alerts.receivers import mailbox, webhook

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
FAILED = Alert("run_failed", "2026-11-25", "A run failed", "No space left on device")
SIGNAL = Alert("signal", "2026-W46", "Signal", "outside a limit", lasting=False)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


class Inbox:
    """A channel that keeps what it gets, or refuses it."""

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self.is_down = False

    def __call__(self, message: Message) -> None:
        if self.is_down:
            raise NotDelivered("inbox: down")
        self.subjects.append(message.subject)


def test_a_cause_is_told_once_per_period_and_its_end_once(ledger: Ledger) -> None:
    inbox = Inbox()
    for current in ([FAILED], [FAILED], [], []):
        assert dispatch(ledger, {"inbox": inbox}, current, NOW) == []
    assert inbox.subjects == ["[Lodestar] A run failed", "[Lodestar] Resolved: A run failed"]


def test_a_state_that_lasts_is_told_every_day_and_ends_with_one_note(ledger: Ledger) -> None:
    inbox = Inbox()
    tomorrow = Alert("run_failed", "2026-11-26", "A run failed", "still")
    for current in ([FAILED], [tomorrow], [tomorrow], []):
        dispatch(ledger, {"inbox": inbox}, current, NOW)
    assert inbox.subjects == ["[Lodestar] A run failed"] * 2 + ["[Lodestar] Resolved: A run failed"]


def test_an_event_is_told_once_and_never_ends(ledger: Ledger) -> None:
    inbox = Inbox()
    for current in ([SIGNAL], [], [SIGNAL]):
        dispatch(ledger, {"inbox": inbox}, current, NOW)
    assert inbox.subjects == ["[Lodestar] Signal"]


def test_what_a_channel_did_not_take_it_gets_the_next_time(ledger: Ledger) -> None:
    up, down = Inbox(), Inbox()
    down.is_down = True
    both: dict[str, Channel] = {"up": up, "down": down}
    assert dispatch(ledger, both, [FAILED], NOW) == ["A run failed: not delivered by inbox: down"]
    down.is_down = False
    dispatch(ledger, both, [FAILED], NOW)
    assert (len(up.subjects), len(down.subjects)) == (1, 1)


def test_only_news_is_due(ledger: Ledger) -> None:
    assert is_due(ledger, [FAILED])
    dispatch(ledger, {}, [FAILED], NOW)
    assert not is_due(ledger, [FAILED])
    assert is_due(ledger, []), "that it is over is news"


def run(ledger: Ledger, number: int, status: str, message: str | None = None) -> None:
    started = NOW - timedelta(days=3 - number)
    ledger.start_run(f"r{number}", started, started)
    ledger.end_run(f"r{number}", started, status, message)
    if status == "not_publishable":
        remember_refusal(ledger, started, started, message or "")


@pytest.mark.parametrize(
    ("runs", "causes"),
    [
        ([], []),
        (["ok"], ["stale"]),
        (["ok", "ok", "ok"], []),
        (["ok", "ok", "failed"], ["run_failed"]),
        (["failed", "failed", "ok"], []),
        (["ok", "ok", "not_publishable"], ["not_publishable"]),
        (["ok", "failed", "failed"], ["run_failed", "stale"]),
    ],
)
def test_the_newest_runs_say_what_is_wrong(ledger: Ledger, runs: list[str], causes: list[str]) -> None:
    for number, status in enumerate(runs, start=1):
        run(ledger, number, status, "why")
    now = NOW + timedelta(hours=1)
    assert [alert.cause for alert in operational_alerts(ledger, Settings(), now)] == causes


def test_a_refusal_lasts_until_something_is_published(ledger: Ledger) -> None:
    run(ledger, 1, "not_publishable", "first")
    run(ledger, 2, "not_publishable", "second")
    run(ledger, 3, "ok")
    state = refusal(ledger)
    assert state is not None
    assert (state.since, state.reason) == (NOW - timedelta(days=2), "second")
    assert [alert.cause for alert in operational_alerts(ledger, Settings(), NOW)] == ["not_publishable"], (
        "a run of some days by hand publishes nothing"
    )
    forget_refusal(ledger)
    assert list(operational_alerts(ledger, Settings(), NOW)) == []


def test_a_long_reason_is_cut(ledger: Ledger) -> None:
    run(ledger, 3, "not_publishable", "\n".join(f"rule {n}" for n in range(20_000)))
    (alert,) = operational_alerts(ledger, Settings(), NOW)
    assert len(alert.text.splitlines()) == 12
    assert alert.text.endswith("rule 9\nand 19990 more")


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("json", {"cause": "c", "subject": "s", "text": "t"}),
        ("slack", {"text": "*s*\nt"}),
    ],
)
def test_a_webhook_gets_the_message_in_its_form(form: str, body: dict[str, str]) -> None:
    with webhook() as (url, bodies):
        settings = Alerts(webhook_format=form)  # type: ignore[arg-type]
        send = channels(["webhook"], settings, {"LODESTAR_ALERT_WEBHOOK_URL": url})["webhook"]
        send(Message("s", "t", fields={"cause": "c"}))
    assert bodies == [body]


def test_a_webhook_that_refuses_or_is_gone_is_said_without_its_address() -> None:
    with webhook(status=500) as (url, _):
        send = channels(["webhook"], Alerts(), {"LODESTAR_ALERT_WEBHOOK_URL": url})["webhook"]
        with pytest.raises(NotDelivered, match="500") as refused:
            send(Message("s", "t"))
    with pytest.raises(NotDelivered) as gone:
        send(Message("s", "t"))
    assert "secret-token" not in str(refused.value) + str(gone.value)


def test_a_mail_has_text_and_html_and_no_second_header() -> None:
    with mailbox() as (port, mails):
        settings = Alerts(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", recipients=("pm@example.org",))
        send = channels(["email"], settings, {})["email"]
        send(Message("Week\nBcc: all@example.org", "plain", "<p>rich</p>"))
    (mail,) = mails
    assert "Subject: Week Bcc: all@example.org" in mail.replace("\r\n", "\n")
    assert ("plain" in mail, "<p>rich</p>" in mail) == (True, True)


def test_a_mail_server_that_is_gone_is_said() -> None:
    with mailbox() as (port, _):
        pass
    settings = Alerts(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", recipients=("pm@example.org",))
    with pytest.raises(NotDelivered, match="email: ConnectionRefusedError"):
        channels(["email"], settings, {})["email"](Message("s", "t"))


def test_the_log_gets_one_line(caplog: pytest.LogCaptureFixture) -> None:
    channels(["log"], Alerts(), {})["log"](Message("s", "a\nb"))
    assert [record.getMessage() for record in caplog.records] == ["s: a | b"]


@pytest.mark.parametrize(("name", "message"), [("webhook", "LODESTAR_ALERT_WEBHOOK_URL"), ("email", "recipients")])
def test_a_channel_without_an_address_is_a_wrong_setting(name: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        channels([name], Alerts(), {"LODESTAR_ALERT_WEBHOOK_URL": "file:///etc/passwd"})
