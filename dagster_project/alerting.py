"""Who is told after a run: alerts by the channels of [alerts], and the weekly brief."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from analytics.alerts.alert import Alert
from analytics.alerts.channels import Channel, Message, NotDelivered, channels
from analytics.alerts.dispatch import dispatch
from analytics.alerts.operation import operational_alerts
from analytics.errors import ConfigurationError, NothingToPublish
from analytics.home import Home
from analytics.ledger import Ledger
from analytics.settings import Settings
from analytics.workspace import Workspace, settings_of

if TYPE_CHECKING:
    from dashboards.brief import Brief


def current_alerts(home: Home, ledger: Ledger, settings: Settings, now: datetime) -> list[Alert]:
    """Everything that somebody should know now, by the ledger and by the published file."""
    return [*operational_alerts(ledger, settings, now), *_published_news(home, settings)]


def alert(workspace: Workspace, environment: Mapping[str, str], now: datetime) -> list[str]:
    """Send what is new; returns what could not be sent. An alert that fails never fails a run."""
    settings = workspace.settings
    try:
        open_ = channels(settings.alerts.channels, settings.alerts, environment)
    except ConfigurationError as error:
        return [str(error)]
    current = current_alerts(workspace.home, workspace.ledger, settings, now)
    return dispatch(workspace.ledger, open_, current, now)


def brief_of(home: Home, environment: Mapping[str, str], week: str | None = None) -> "Brief":
    """The brief of an ISO week, or of the newest final one.

    Raises:
        NothingToPublish: nothing was published yet.
        ConfigurationError: the week is not published.
    """
    from dashboards.brief import monday_of, weekly_brief
    from dashboards.publication import read_publication

    monday = monday_of(week) if week else None
    return weekly_brief(read_publication(home), settings_of(home, environment), monday)


def send_brief(home: Home, environment: Mapping[str, str], week: str | None = None) -> list[str]:
    """Send the weekly brief by the channels of `alerts.brief`; returns what could not be sent."""
    settings = settings_of(home, environment).alerts
    try:
        brief = brief_of(home, environment, week)
        open_ = channels(settings.brief, settings, environment)
    except (ConfigurationError, NothingToPublish) as error:
        return [str(error)]
    return list(_send(open_, Message(brief.title, brief.markdown, brief.html)))


def send_test(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    """Send a test message by every channel; returns what could not be sent."""
    open_ = channels(settings.alerts.channels, settings.alerts, environment)
    return list(_send(open_, Message("[Lodestar] Test", "This channel works.")))


def _send(open_: Mapping[str, Channel], message: Message) -> Iterator[str]:
    for send in open_.values():
        try:
            send(message)
        except NotDelivered as problem:
            yield f"{message.subject}: not delivered by {problem}"


def _published_news(home: Home, settings: Settings) -> list[Alert]:
    from dashboards.edition import latest_edition
    from dashboards.news import news
    from dashboards.publication import read_publication

    try:
        return list(news(latest_edition(read_publication(home), settings)))
    except NothingToPublish:
        return []
