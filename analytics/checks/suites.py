"""What Great Expectations asserts of each week that is published; data, so that it reads without the library.

Map expectations ignore nulls and pass on zero rows: every suite therefore counts its rows against the books and names
the columns that are never null.
"""

from typing import Any

from msgspec import Struct

from analytics.metrics.registry import registry

Expectation = tuple[str, dict[str, Any]]


class Suite(Struct, frozen=True):
    """Expectations on one week of one table.

    Attributes:
        batch: SQL of the rows of `$week`, numbers as DOUBLE, since pandas knows no DECIMAL.
        books: SQL of week and number of rows, from other tables than the batch.
        expectations: name and arguments, as in the gallery of Great Expectations.
    """

    table: str
    batch: str
    books: str
    expectations: tuple[Expectation, ...]

    @property
    def check_name(self) -> str:
        """Name of the check, as in meta.checks."""
        return f"contract_{self.table.split('/')[1]}"

    @property
    def why(self) -> str:
        """What the suite stands for."""
        return f"the contract of {self.table.replace('/', '.')} for the weeks that are published"


def suites() -> tuple[Suite, ...]:
    """The suites, in the order in which they are judged."""
    return (_CALLS, _CASES, _kpi_week())


def _never_null(*columns: str) -> tuple[Expectation, ...]:
    return tuple(("ExpectColumnValuesToNotBeNull", {"column": column}) for column in columns)


def _between(column: str, low: float, high: float | None = None) -> Expectation:
    return "ExpectColumnValuesToBeBetween", {"column": column, "min_value": low, "max_value": high}


def _one_of(column: str, *values: str) -> Expectation:
    return "ExpectColumnValuesToBeInSet", {"column": column, "value_set": list(values)}


def _unique(column: str) -> Expectation:
    return "ExpectColumnValuesToBeUnique", {"column": column}


_CALLS = Suite(
    table="core/calls",
    batch="""
        select call_id, source, channel, handover, connected, eligible, ineligible_reason,
            duration_s::double as duration_s, caller_words, ttft_p50_ms, cost_usd::double as cost_usd, cost_coverage
        from core.calls where week = $week
    """,
    books="""
        with received as (
            select max_by(
                {'started_at': started_at, 'deleted': coalesce(deleted, false)},
                {'revision': revision, 'file_seq': file_seq, 'line': line}) as newest
            from raw.calls group by source, id
        )
        select week_in(newest.started_at, $zone) as week, count(*) as rows
        from received where not newest.deleted group by all
    """,
    expectations=(
        *_never_null("call_id", "source", "handover", "connected", "eligible"),
        _unique("call_id"),
        _one_of("handover", "none", "requested", "completed", "failed"),
        _one_of("channel", "phone", "web", "sip", "chat", "sms", "messaging", "email", "unknown"),
        _between("duration_s", 0),
        _between("caller_words", 0),
        _between("ttft_p50_ms", 1, 60_000),
        _between("cost_usd", 0),
        _between("cost_coverage", 0, 1),
    ),
)

_CASES = Suite(
    table="core/cases",
    batch="""
        select case_id, case_key_source, eligible, calls, settled, decided, handled_by, nps_score, nps_predicted,
            positive_probability, nps_source, cost_usd::double as cost_usd, minutes::double as minutes
        from core.cases where week = $week
    """,
    books="""
        with opened as (
            select coalesce(min(week) filter (eligible), min(week)) as week
            from core.case_calls join core.calls using (call_id) group by case_id
        )
        select week, count(*) as rows from opened group by all
    """,
    expectations=(
        *_never_null("case_id", "case_key_source", "eligible", "calls", "settled", "decided"),
        _unique("case_id"),
        _one_of("case_key_source", "explicit", "grouped", "single"),
        _one_of("handled_by", "agent", "human", "nobody"),
        _one_of("nps_source", "survey", "inferred", "none"),
        _between("calls", 0),
        _between("nps_score", 0, 10),
        _between("nps_predicted", 0, 10),
        _between("positive_probability", 0, 1),
        _between("cost_usd", 0),
        _between("minutes", 0),
    ),
)


def _kpi_week() -> Suite:
    return Suite(
        table="mart/kpi_week",
        batch="""
            select iso_week, metric, dimension, segment, metric || ' ' || dimension || ' ' || segment as number,
                value, ci_low, ci_high, n, status, estimator, completeness, coverage, definition_version
            from mart.kpi_week where week = $week
        """,
        books="""
            select week, count(*) as rows
            from (select distinct week, metric, dimension, segment from mart.kpi_day) group by all
        """,
        expectations=(
            *_never_null(
                "iso_week", "metric", "dimension", "segment", "n", "status", "estimator", "definition_version"
            ),
            _unique("number"),
            _one_of("metric", *registry()),
            _one_of("status", "final", "provisional", "suppressed", "not_publishable"),
            _between("n", 0),
            _between("completeness", 0, 1),
            _between("coverage", 0, 1),
        ),
    )
