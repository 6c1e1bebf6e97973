"""What the pipeline published beside what the reference says, as a list of differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.reference.calls import derive
from tests.reference.cases import Case, Label, judge
from tests.reference.kpis import DIMENSIONS, METRICS, Figure, Week, figures, weeks
from tests.reference.marts import by_key, mart_differences, same
from tests.reference.money import spread_fixed_items
from tests.reference.prices import PriceBook

if TYPE_CHECKING:
    from datetime import date

    from tests.reference.calls import Call
    from tests.reference.cases import Survey
    from tests.reference.pipeline import Published, Row
    from tests.reference.receipt import Book, Receipt
    from tests.reference.rules import Rules

NEVER_SUPPRESSED = ("calls", "cases")
SMALLEST_PUBLISHED = 30
TTFT_METRICS = ("ttft_p50_ms", "ttft_p95_ms", "ttft_slo_share")
CASE_METRICS = (
    *("cases", "north_star", "handled_rate", "neutral_to_positive_rate", "nps", "first_contact_resolution_rate"),
    *("recontact_rate", "survey_response_rate", "cost_per_handled_positive_case_usd"),
)


@dataclass
class Expected:
    """Everything that the reference derives from one state of receipt."""

    calls: dict[str, Call]
    cases: dict[str, Case]
    surveys: list[Survey]
    figures: dict[tuple[date, str, str, str], Figure]
    weeks: dict[date, Week]
    daily: dict[tuple[date, str, str, str], Figure]


def expected(received: Receipt, labels: dict[str, Label], rules: Rules) -> Expected:
    prices = PriceBook(rules.prices)
    calls = derive(list(received.calls().values()), prices, rules)
    spread_fixed_items(calls, prices, rules)
    cases, surveys = judge(calls, received, labels, rules)
    return Expected(
        {call.call_id: call for call in calls},
        cases,
        surveys,
        figures(cases.values(), calls, labels, rules),
        weeks(cases.values(), calls, rules),
        figures(cases.values(), calls, labels, rules, "day"),
    )


def labels_of(published: Published) -> dict[str, Label]:
    rows = published.rows("SELECT call_id, status, outcome, nps_predicted FROM core.labels WHERE is_current")
    return {row["call_id"]: Label(row["status"], row["outcome"], row["nps_predicted"]) for row in rows}


def differences(published: Published, received: Receipt, rules: Rules) -> list[str]:
    """One line per difference, worst last: an empty list is agreement."""
    labels = labels_of(published)
    right = expected(received, labels, rules)
    return [
        *book_differences(published, received.books),
        *call_differences(published, right),
        *turn_differences(published, right),
        *label_differences(published, right),
        *case_differences(published, right, rules),
        *survey_differences(published, right, rules),
        *figure_differences(published, right),
        *daily_differences(published, right),
        *other_mart_differences(published, right),
        *mart_differences(published, right.calls.values(), right.cases.values(), labels, rules),
    ]


def book_differences(published: Published, books: list[Book]) -> list[str]:
    mine = sorted((book.file, *book.figures) for book in books)
    columns = ("file", "status", "rows_in", "rows_loaded", "rows_quarantined", "rows_superseded")
    rows = published.rows(f"SELECT {', '.join(columns)} FROM meta.files")
    theirs = sorted(tuple(row[column] for column in columns) for row in rows)
    found = [f"meta.files: contract {book}" for book in mine if book not in theirs]
    return found + [f"meta.files: pipeline {book}" for book in theirs if book not in mine]


def call_differences(published: Published, right: Expected) -> list[str]:
    mine = {
        call.call_id: {
            "source": call.source,
            "started_at": call.started_at,
            "ended_at": call.ended_at,
            "week": call.week,
            "case_id": call.case_id,
            "source_case_id": call.explicit_case.partition(":")[2] if call.explicit_case else None,
            "end_reason": call.end_reason,
            "connected": call.connected,
            "dropped": call.dropped,
            "handover": call.handover,
            "duration_s": call.duration_s,
            "turns": len(call.turns),
            "caller_words": call.caller_words,
            "eligible": call.eligible,
            "ineligible_reason": call.ineligible_reason,
            "channel": call.segments["channel"],
            "use_case": call.segments["use_case"],
            "agent_version": call.segments["agent_version"],
            "language": call.segments["language"],
            "environment": call.environment,
        }
        for call in right.calls.values()
    }
    theirs = {row["call_id"]: row for row in published.rows("SELECT * FROM core.calls")}
    found = by_key("call", mine, theirs)
    for call_id in mine.keys() & theirs.keys():
        known = right.calls[call_id].cost_usd
        if known is not None and not same(known, theirs[call_id]["cost_usd"]):
            found.append(f"call {call_id} cost_usd: contract {known}, pipeline {theirs[call_id]['cost_usd']}")
    return found


def turn_differences(published: Published, right: Expected) -> list[str]:
    mine = {
        (call.call_id, turn.seq): {
            "speaker": turn.speaker,
            "start_ms": turn.start_ms,
            "end_ms": turn.end_ms,
            "ttft_valid": turn.ttft_valid,
            **({"ttft_ms": turn.ttft_ms, "ttft_source": turn.ttft_source} if turn.ttft_valid else {}),
        }
        for call in right.calls.values()
        for turn in call.turns
    }
    rows = published.rows("SELECT * FROM core.turns")
    return by_key("turn", mine, {(row["call_id"], row["seq"]): row for row in rows})


def label_differences(published: Published, right: Expected) -> list[str]:
    """The labeling gate is the predicate of eligibility: nothing else is sent, nothing else is counted."""
    mine = {call.call_id: {"gated": not call.eligible} for call in right.calls.values()}
    rows = published.rows("SELECT call_id, status = 'gated' AS gated FROM core.labels WHERE is_current")
    return by_key("label", mine, {row["call_id"]: row for row in rows})


def case_differences(published: Published, right: Expected, rules: Rules) -> list[str]:
    theirs = {row["case_id"]: row for row in published.rows("SELECT * FROM core.cases")}
    mine = {}
    for case in right.cases.values():
        mine[case.case_id] = {"case_key_source": case.case_key_source, "eligible": bool(case.eligible_calls)}
        if case.eligible_calls:
            first = case.first
            mine[case.case_id] |= {"week": first.week, "opened_at": first.started_at, "first_call_id": first.call_id}
            mine[case.case_id] |= {key: first.segments[key] for key in ("use_case", "agent_version", "language")}
        if case.window:
            mine[case.case_id]["settled"] = case.settled
        if case.window and (case.settled or rules.is_final(case.first.week)):
            mine[case.case_id] |= {
                "last_call_id": case.window[-1].call_id,
                "decided": case.decided,
                "handled": case.handled,
                "handled_by": case.handled_by,
                "recontacted": case.recontacted,
                "nps_score": case.nps_score,
                "nps_predicted": case.nps_predicted,
                "nps_source": case.nps_source,
                "handled_positive": case.handled_positive if case.decided else None,
            }
    return by_key("case", mine, theirs)


def survey_differences(published: Published, right: Expected, rules: Rules) -> list[str]:
    theirs = {row["survey_id"]: row for row in published.rows("SELECT * FROM core.surveys")}
    mine = {}
    for survey in right.surveys:
        case = right.cases.get(survey.case_id or "")
        if case is None or not case.window or case.first.started_at >= rules.as_of:
            continue
        mine[survey.survey_id] = {
            "case_id": survey.case_id,
            "excluded": survey.excluded,
            "score": survey.record.get("score"),
        }
    return by_key("survey", mine, {key: row for key, row in theirs.items() if key in mine})


def figure_differences(published: Published, right: Expected) -> list[str]:
    rows = published.rows(f"SELECT * FROM mart.kpi_week WHERE metric IN {METRICS}")
    theirs = {(row["week"], row["metric"], row["dimension"], row["segment"]): row for row in rows}
    mine = {}
    for key, figure in right.figures.items():
        if figure.n or (key in theirs and key[2] in ("all", *DIMENSIONS)):
            mine[key] = _row_of(figure, right.weeks[key[0]], key)
    return by_key("figure", mine, theirs)


def daily_differences(published: Published, right: Expected) -> list[str]:
    rows = published.rows(f"SELECT * FROM mart.kpi_day WHERE metric IN {METRICS}")
    theirs = {(row["day"], row["metric"], row["dimension"], row["segment"]): row for row in rows}
    mine: dict[Any, Row] = {}
    for key, figure in right.daily.items():
        if figure.n:
            mine[key] = {"n": figure.n, "observed_value": figure.observed}
        elif key in theirs:
            mine[key] = {"n": 0}
    return by_key("daily figure", mine, theirs)


def other_mart_differences(published: Published, right: Expected) -> list[str]:
    """The totals of `mart.cost_week` and `mart.latency_week` are those of `mart.kpi_week`."""
    found = []
    for week in right.weeks:
        of = {metric: right.figures[week, metric, "all", "all"] for metric in ("cost_per_minute_usd", *TTFT_METRICS)}
        cost, p50, p95, slo = of.values()
        if cost.n:
            mine = {"cost_usd": cost.numerator, "minutes": cost.denominator, "cost_per_minute_usd": cost.observed}
            mine["priced_share"] = cost.coverage
            rows = published.rows(f"SELECT * FROM mart.cost_week WHERE component = 'all' AND week = '{week}'")
            found += by_key("cost_week", {week: mine}, {row["week"]: row for row in rows})
        if p50.n:
            mine = {"n": p50.n, "p50_ms": p50.observed, "p95_ms": p95.observed, "slo_share": slo.observed}
            total = f"component = 'ttft' AND dimension = 'all' AND week = '{week}'"
            rows = published.rows(f"SELECT * FROM mart.latency_week WHERE {total}")
            found += by_key("latency_week", {week: mine}, {row["week"]: row for row in rows})
    return found


def _row_of(figure: Figure, week: Week, key: tuple[date, str, str, str]) -> Row:
    row: Row = {"n": figure.n, "observed_value": figure.observed, "iso_week": key[0].strftime("%G-W%V")}
    if key[1] in CASE_METRICS or week.status != "not_publishable":
        row["status"] = week.status
    if key[1] in CASE_METRICS and figure.n:
        row["completeness"] = week.completeness
    if week.status != "not_publishable" and figure.n < SMALLEST_PUBLISHED and key[1] not in NEVER_SUPPRESSED:
        row["status"] = "suppressed"
    if figure.denominator is not None and figure.n:
        row |= {"numerator": figure.numerator, "denominator": figure.denominator}
    if figure.coverage is not None and figure.n:
        row["coverage"] = figure.coverage
    if figure.bounds is not None:
        row |= {"bounds_low": figure.bounds[0], "bounds_high": figure.bounds[1]}
    return row
