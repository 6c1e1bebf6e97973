"""Sending: once per cause, period and channel, with a note when a state is over; the ledger knows what was sent."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from analytics.alerts.alert import Alert
from analytics.alerts.channels import Channel, Message, NotDelivered
from analytics.ledger import Ledger

_FACT = "alerts"
_REMEMBERED = timedelta(days=400)


class Sent(Struct):
    """An alert that was raised, the channels that have it, and the channels that know that it is over."""

    alert: Alert
    raised_at: datetime
    delivered: list[str] = []
    ended_at: datetime | None = None
    ended_delivered: list[str] = []


def sent(ledger: Ledger) -> list[Sent]:
    """All alerts that are remembered, oldest first."""
    text = ledger.fact(_FACT)
    return msgspec.json.decode(text, type=list[Sent]) if text else []


def dispatch(ledger: Ledger, channels: Mapping[str, Channel], alerts: Iterable[Alert], now: datetime) -> list[str]:
    """Send what is new and what is over; returns what could not be delivered and is tried again next time."""
    remembered = [one for one in sent(ledger) if now - one.raised_at < _REMEMBERED]
    current = list(alerts)
    _raise(remembered, current, now)
    _end(remembered, current, now)
    problems = list(_deliver(remembered, channels))
    with ledger.transaction():
        ledger.remember(_FACT, msgspec.json.encode(remembered).decode())
    return problems


def is_due(ledger: Ledger, alerts: Iterable[Alert]) -> bool:
    """Whether `dispatch` would raise or end anything."""
    remembered, current = sent(ledger), list(alerts)
    known = {(one.alert.cause, one.alert.period) for one in remembered}
    causes = {alert.cause for alert in current}
    over = any(one.alert.lasting and not one.ended_at and one.alert.cause not in causes for one in remembered)
    return over or any((alert.cause, alert.period) not in known for alert in current)


def _raise(remembered: list[Sent], current: list[Alert], now: datetime) -> None:
    known = {(one.alert.cause, one.alert.period) for one in remembered}
    remembered += [Sent(alert, now) for alert in current if (alert.cause, alert.period) not in known]


def _end(remembered: list[Sent], current: list[Alert], now: datetime) -> None:
    causes = {alert.cause for alert in current}
    for one in remembered:
        if one.alert.lasting and one.ended_at is None and one.alert.cause not in causes:
            one.ended_at = now


def _deliver(remembered: list[Sent], channels: Mapping[str, Channel]) -> Iterator[str]:
    newest = {one.alert.cause: one for one in remembered}
    for one in remembered:
        for name, send in channels.items():
            try:
                if name not in one.delivered and one.ended_at is None:
                    send(_message(one.alert))
                    one.delivered.append(name)
                elif one.ended_at and name in one.delivered and name not in one.ended_delivered:
                    # a state that went on for days ends with one note, not with one a day
                    if newest[one.alert.cause] is one:
                        send(_message(one.alert.ended))
                    one.ended_delivered.append(name)
            except NotDelivered as problem:
                yield f"{one.alert.title}: not delivered by {problem}"


def _message(alert: Alert) -> Message:
    return Message(f"[Lodestar] {alert.title}", alert.text, fields={"cause": alert.cause, "period": alert.period})
