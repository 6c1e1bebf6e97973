"""Where alerts go: the log, a webhook, mail. Addresses and passwords that are secret come in from the environment."""

import json
import logging
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from html import escape
from http.client import HTTPException
from typing import TypeAlias
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from msgspec import Struct

from analytics.errors import ConfigurationError
from analytics.sections import Alerts

WEBHOOK_URL = "LODESTAR_ALERT_WEBHOOK_URL"
SMTP_USER, SMTP_PASSWORD = "LODESTAR_SMTP_USER", "LODESTAR_SMTP_PASSWORD"
_LOG = logging.getLogger("lodestar.alerts")


class Message(Struct, frozen=True):
    """What a channel delivers; `html` is for mail, `fields` for machines that read the webhook."""

    subject: str
    text: str
    html: str | None = None
    fields: dict[str, str] = {}


class NotDelivered(Exception):
    """A channel did not take the message; the text names neither address nor secret."""


Channel: TypeAlias = Callable[[Message], None]


def channels(names: Sequence[str], settings: Alerts, environment: Mapping[str, str]) -> dict[str, Channel]:
    """The named channels, ready to send.

    Raises:
        ConfigurationError: a channel lacks its address.
    """
    return {name: _OPENERS[name](settings, environment) for name in names}


def _log(_: Alerts, __: Mapping[str, str]) -> Channel:
    def send(message: Message) -> None:
        _LOG.warning("%s: %s", message.subject, message.text.replace("\n", " | "))

    return send


def _webhook(settings: Alerts, environment: Mapping[str, str]) -> Channel:
    url = environment.get(WEBHOOK_URL, "")
    if urlsplit(url).scheme not in ("http", "https"):
        msg = f"alerts.channels names webhook: set {WEBHOOK_URL} to an http or https address"
        raise ConfigurationError(msg)

    def send(message: Message) -> None:
        slack = {"text": escape(f"*{message.subject}*\n{message.text}", quote=False)}
        body = slack if settings.webhook_format == "slack" else {**message.fields, "subject": message.subject,
                                                                 "text": message.text}  # fmt: skip
        headers = {"Content-Type": "application/json"}
        request = Request(url, json.dumps(body).encode(), headers, method="POST")  # noqa: S310 (scheme checked)
        try:
            with urlopen(request, timeout=settings.timeout_s) as answer:  # noqa: S310 (scheme checked)
                answer.read()
        except HTTPError as error:
            error.close()
            raise NotDelivered(f"webhook: status {error.code}") from None
        except (URLError, HTTPException, OSError) as error:
            raise NotDelivered(f"webhook: {_kind(error)}") from None

    return send


def _email(settings: Alerts, environment: Mapping[str, str]) -> Channel:
    if not settings.recipients:
        msg = "alerts.channels names email: set alerts.recipients"
        raise ConfigurationError(msg)

    def send(message: Message) -> None:
        try:
            _deliver(settings, environment, _mail(settings, message))
        except (smtplib.SMTPException, OSError) as error:
            raise NotDelivered(f"email: {_kind(error)}") from None

    return send


def _mail(settings: Alerts, message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = settings.sender, ", ".join(settings.recipients)
    mail["Subject"] = " ".join(message.subject.split())
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
    return mail


def _deliver(settings: Alerts, environment: Mapping[str, str], mail: EmailMessage) -> None:
    where = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            *where, timeout=settings.timeout_s, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(*where, timeout=settings.timeout_s)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if user := environment.get(SMTP_USER):
            server.login(user, environment.get(SMTP_PASSWORD, ""))
        server.send_message(mail)


def _kind(error: Exception) -> str:
    """What went wrong without the address, which may hold a token."""
    reason = getattr(error, "reason", error)
    name = type(reason if isinstance(reason, Exception) else error).__name__
    return f"{name} {getattr(error, 'smtp_code', '')}".strip()


_OPENERS: dict[str, Callable[[Alerts, Mapping[str, str]], Channel]] = {
    "log": _log,
    "webhook": _webhook,
    "email": _email,
}
