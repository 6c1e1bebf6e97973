"""Can the numbers be trusted? Coverage, bounds, surveys, the books of the landed files, and the checks."""

from dataclasses import dataclass

from dashboards import wording
from dashboards.edition import Edition
from dashboards.judgement import absence
from dashboards.labelers import change_in_words
from dashboards.meta_records import Check
from dashboards.publication import Publication
from dashboards.sentences import shown
from dashboards.tables import Cell, Row, Table

_OUTCOMES = {"passed": "✓ passed", "warned": "! warned", "failed": "✕ failed"}


@dataclass(frozen=True)
class Assurance:
    """One fact about the headline week, and what it means for the reader."""

    label: str
    value: str
    meaning: str


def assurances(edition: Edition) -> list[Assurance]:
    """How much of the week is known, and how far the unknown part could move the north star."""
    star = edition.total("north_star")
    changed = change_in_words(edition.publication, edition.weeks)
    return [
        Assurance(
            "Decided cases",
            wording.share(star.coverage),
            "Settled cases of which it is known whether the need was met and which NPS class the customer is in.",
        ),
        Assurance(
            "Bounds of the north star",
            _bounds(edition),
            "If every undecided case were bad, and if every one were good.",
        ),
        Assurance(
            "Label coverage",
            shown(edition, "label_coverage"),
            "Eligible calls that the labeler answered; the rest is unknown, not bad.",
        ),
        Assurance(
            "Survey response",
            shown(edition, "survey_response_rate"),
            "Invited cases with an answer; who answers is not random.",
        ),
        Assurance("Labels", *_labels(edition)),
        *([Assurance("Change of labeler", *changed)] if changed else []),
        Assurance("Priced minutes", _priced(edition), "Connected minutes whose cost is fully known."),
        Assurance("Measured answers", _timed(edition), "Answers of the agent with a valid time to first token."),
    ]


def books_in_words(publication: Publication) -> str:
    """Whether every row that came in is accounted for."""
    rows_in = sum(books.rows_in for books in publication.books)
    loaded = sum(books.rows_loaded for books in publication.books)
    quarantined = sum(books.rows_quarantined for books in publication.books)
    superseded = sum(books.rows_superseded for books in publication.books)
    verdict = "The books balance" if rows_in == loaded + quarantined + superseded else "The books do not balance"
    return (
        f"{verdict}: {wording.count(rows_in)} rows came in, {wording.count(loaded)} were loaded,"
        f" {wording.count(quarantined)} set aside in quarantine and {wording.count(superseded)} superseded."
    )


def _bounds(edition: Edition) -> str:
    star = edition.total("north_star")
    if star.value is None or star.bounds_low is None or star.bounds_high is None:
        return absence(star, edition.min_n) or "unknown"
    return wording.interval(star.bounds_low, star.bounds_high, "share")


def _labels(edition: Edition) -> tuple[str, str]:
    """Who judged the cases: a baseline must not pass for people, nor inferred answers for surveys."""
    judged = [one for one in edition.publication.judged if one.week == edition.week]
    if not judged:
        return "none", "No case of this week was judged."
    names = " and ".join(f"{one.labeler} {one.model}" for one in judged)
    versions = ", ".join(one.labeler_version for one in judged)
    surveyed, inferred = sum(one.surveyed for one in judged), sum(one.inferred for one in judged)
    return names, (
        f"NPS classes: {wording.count(surveyed)} from customers' own answers, {wording.count(inferred)} inferred"
        f" from the calls (version {versions})."
    )


def _priced(edition: Edition) -> str:
    cost = edition.total("cost_per_minute_usd")
    return "not measured" if not cost.n else wording.share(cost.coverage)


def _timed(edition: Edition) -> str:
    latency = edition.total("ttft_p50_ms")
    return "not measured" if not latency.n else wording.share(latency.coverage)


def checks_table(checks: list[Check]) -> Table:
    """Every rule with its result; offenders are counted."""
    rows = [
        Row(
            check.check_name.replace("_", " "),
            [
                Cell(_OUTCOMES.get(check.status, check.status)),
                Cell(check.severity),
                Cell(wording.count(check.n)),
                Cell(check.message),
            ],
        )
        for check in checks
    ]
    columns = ["Rule", "Result", "Severity", "Offenders", "Why it matters"]
    return Table("Checks of this publication", columns, rows, holds_words=True, view="checks")


def books_table(publication: Publication) -> Table:
    """Landed files by status, and what became of their rows."""
    rows = [
        Row(
            books.status,
            [
                Cell(wording.count(number))
                for number in (
                    books.files,
                    books.rows_in,
                    books.rows_loaded,
                    books.rows_quarantined,
                    books.rows_superseded,
                )
            ],
        )
        for books in publication.books
    ]
    return Table(
        "Landed files", ["Status", "Files", "Rows in", "Loaded", "Quarantined", "Superseded"], rows, view="files"
    )


def quarantine_table(publication: Publication) -> Table:
    """Refused lines by reason."""
    rows = [
        Row(
            entry.code.replace("_", " "),
            [Cell(wording.count(entry.open_lines)), Cell(wording.count(entry.resolved_lines))],
        )
        for entry in publication.quarantined
    ]
    return Table("Lines in quarantine", ["Reason", "Open", "Resolved"], rows, view="quarantine")


def exclusions_table(edition: Edition) -> Table:
    """Calls that do not count, by the first reason that holds."""
    week = wording.iso_week(edition.week)
    rows = [
        Row(entry.ineligible_reason.replace("_", " "), [Cell(wording.count(entry.calls))])
        for entry in edition.publication.exclusions
        if entry.week == edition.week
    ]
    return Table(
        f"Calls of {week} that do not count", ["First reason that holds", "Calls"], rows, view="why_calls_do_not_count"
    )
