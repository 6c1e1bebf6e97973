"""The status bar: which week, how final, judged when, by which run, on how much of the data."""

from dataclasses import dataclass
from datetime import date

from dashboards import wording
from dashboards.edition import Edition


@dataclass(frozen=True)
class Masthead:
    """What a reader must know before the first number."""

    week: str
    dates: str
    timezone: str
    is_final: bool
    state: str
    facts: list[str]
    weeks: list[str]
    previous: str | None
    following: str | None
    run_id: str


def masthead(edition: Edition) -> Masthead:
    """The status bar of an edition."""
    weeks = edition.publication.weeks
    place = weeks.index(edition.week)
    return Masthead(
        week=wording.iso_week(edition.week),
        dates=wording.week_dates(edition.week),
        timezone=edition.settings.reporting.timezone,
        is_final=edition.publication.is_final(edition.week),
        state=_state(edition),
        facts=_facts(edition),
        weeks=[wording.iso_week(week) for week in reversed(weeks)],
        previous=_week_at(weeks, place - 1),
        following=_week_at(weeks, place + 1),
        run_id=run.run_id if (run := edition.publication.newest_run) else "unknown",
    )


def _state(edition: Edition) -> str:
    if edition.publication.is_final(edition.week):
        return "Final"
    star, final_from = edition.total("north_star"), wording.day(edition.final_from(edition.week))
    if star.status == "not_publishable":
        return f"Too young to publish: final from {final_from}"
    return f"Provisional: {wording.share(star.completeness)} of its cases have settled, final from {final_from}"


def _facts(edition: Edition) -> list[str]:
    as_of = wording.moment(edition.publication.as_of, edition.settings.reporting.zone)
    star = edition.total("north_star")
    facts = [f"as of {as_of}", f"{wording.share(star.coverage)} of settled cases decided"]
    run = edition.publication.newest_run
    return [*facts, f"run {wording.moment(run.started_at, edition.settings.reporting.zone)}"] if run else facts


def _week_at(weeks: list[date], place: int) -> str | None:
    return wording.iso_week(weeks[place]) if 0 <= place < len(weeks) else None
