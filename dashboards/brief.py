"""The weekly brief: the week in a few computed sentences for mail or chat, and whether there is anything to see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from analytics.errors import ConfigurationError
from analytics.settings import Settings
from dashboards import wording
from dashboards.answers import answers
from dashboards.edition import Edition, latest_edition, week_editions
from dashboards.news import missed_targets, signal
from dashboards.publication import Publication
from dashboards.sentences import headline

NOTHING = "Nothing to see: no signal, no target missed, every check passed."


@dataclass(frozen=True)
class Brief:
    """One week in words; `findings` is empty in a week without news."""

    title: str
    headline: str
    facts: list[tuple[str, str]]
    findings: list[str]

    @property
    def markdown(self) -> str:
        """For chat and for a terminal."""
        facts = [f"- **{topic}** {text}" for topic, text in self.facts]
        findings = ["To look at:", "", *(f"- {finding}" for finding in self.findings)] if self.findings else [NOTHING]
        return "\n".join([f"# {self.title}", "", self.headline, "", *facts, "", *findings]) + "\n"

    @property
    def html(self) -> str:
        """For mail: no style sheet, no script, nothing that is loaded."""
        facts = "\n".join(f"<li><strong>{escape(topic)}</strong> {escape(text)}</li>" for topic, text in self.facts)
        found = "\n".join(f"<li>{escape(finding)}</li>" for finding in self.findings)
        closing = f"<p>To look at:</p>\n<ul>\n{found}\n</ul>" if found else f"<p>{escape(NOTHING)}</p>"
        title, first = escape(self.title), escape(self.headline)
        return (
            f"<!doctype html>\n<meta charset='utf-8'>\n<title>{title}</title>\n<h1>{title}</h1>\n"
            f"<p>{first}</p>\n<ul>\n{facts}\n</ul>\n{closing}\n"
        )


def weekly_brief(publication: Publication, settings: Settings, week: date | None = None) -> Brief:
    """The brief of a week, or of the newest final one.

    Raises:
        ConfigurationError: the week is not published.
    """
    edition = latest_edition(publication, settings) if week is None else _edition_of(publication, settings, week)
    return Brief(
        title=f"Lodestar {wording.iso_week(edition.week)}",
        headline=headline(edition),
        facts=[(answer.question, answer.text) for answer in answers(edition)],
        findings=list(_findings(edition)),
    )


def monday_of(iso_week: str) -> date:
    """The Monday of a week that is written like 2026-W46.

    Raises:
        ConfigurationError: it is no ISO week.
    """
    try:
        return datetime.strptime(f"{iso_week}-1", "%G-W%V-%u").date()  # noqa: DTZ007 (a date has no zone)
    except ValueError:
        msg = f"{iso_week!r} is no ISO week; write one like 2026-W46"
        raise ConfigurationError(msg) from None


def _edition_of(publication: Publication, settings: Settings, week: date) -> Edition:
    for edition in week_editions(publication, settings):
        if edition.week == week:
            return edition
    first, last = wording.iso_week(publication.weeks[0]), wording.iso_week(publication.weeks[-1])
    msg = f"{wording.iso_week(week)} is not published; weeks from {first} to {last} are"
    raise ConfigurationError(msg)


def _findings(edition: Edition) -> Iterator[str]:
    if found := signal(edition):
        yield found
    yield from missed_targets(edition)
    for check in edition.publication.checks:
        if check.status != "passed":
            yield f"Check {check.check_name.replace('_', ' ')} {check.status} ({wording.count(check.n)})."
