"""`lodestar status`: what came in, how the runs went, what is published, and what each source delivers."""

from collections import Counter
from collections.abc import Iterator, Mapping

from analytics.errors import NothingToPublish
from analytics.home import Home
from analytics.ledger import Ledger
from analytics.publish.meta import quarantine_rows
from analytics.publish.questions import question
from analytics.publish.snapshot import open_snapshot

_RUNS_SHOWN = 5
_PUBLISHED = {
    "published as of": "select max(as_of)::varchar from mart.kpi_week",
    "newest call": "select max(started_at)::varchar from core.calls",
    "calls": "select count(*) || ', eligible ' || count(*) filter (eligible) from core.calls",
    "excluded": "select ineligible_reason || ' ' || count(*) from core.calls where not eligible group by"
    " ineligible_reason order by count(*) desc, ineligible_reason",
    "label status": "select status || ' ' || count(*) from core.labels where is_current group by status"
    " order by status",
    "priced minutes": "select iso_week || ' ' || coalesce(round(100 * coverage, 1) || ' %', 'none') from"
    " (select iso_week, week, coverage from mart.kpi_week where metric = 'cost_per_minute_usd' and dimension = 'all'"
    " order by week desc limit 4)",
    "checks": "select check_name || ' ' || status from meta.checks order by check_name",
    "tables": "select schema_name || '.' || table_name || ' ' || estimated_size from duckdb_tables()"
    " order by schema_name, table_name",
}


def status_lines(home: Home, environment: Mapping[str, str]) -> Iterator[str]:
    """One line per fact, the section's name on its first line."""
    with Ledger.read(home.ledger) as ledger:
        yield from _ledger_lines(ledger, home, environment)
    try:
        connection = open_snapshot(home)
    except NothingToPublish as nothing:
        yield from _section("published", [str(nothing)])
        return
    with connection:
        for name, statement in _PUBLISHED.items():
            yield from _section(name, [str(value) for (value,) in connection.execute(statement).fetchall()])


def coverage_lines(home: Home) -> Iterator[str]:
    """What each source of the published calls delivers; a source that never does so has 0 of its records.

    Raises:
        NothingToPublish: nothing was ever published.
    """
    told = ""
    with open_snapshot(home) as connection:
        for source, fact, known, of_all, share in connection.sql(question("coverage_by_source").sql).fetchall():
            yield f"{source if source != told else '':<17}{fact:<48}{known:>10} of {of_all:<10}{share:>7.1%}"
            told = source


def _customer_key(environment: Mapping[str, str]) -> str:
    if environment.get("LODESTAR_CUSTOMER_KEY"):
        return "hashed with LODESTAR_CUSTOMER_KEY"
    return "hashed with a public default: set LODESTAR_CUSTOMER_KEY, or anyone can look up a customer id"


def _ledger_lines(ledger: Ledger, home: Home, environment: Mapping[str, str]) -> Iterator[str]:
    runs = ledger.runs()[-_RUNS_SHOWN:]
    yield from _section("last runs", [_run(run) for run in reversed(runs)])
    files = ledger.files()
    counted = Counter(str(file["status"]) for file in files)
    yield from _section("files", [f"{status} {count}" for status, count in sorted(counted.items())])
    total = {key: sum(int(str(file[key])) for file in files) for key in _BOOKS}
    in_, loaded, quarantined, superseded = total.values()
    sums = f"{in_} in = {loaded} loaded + {quarantined} quarantined + {superseded} superseded"
    yield from _section("rows", [sums])
    open_ = Counter(str(row["code"]) for row in quarantine_rows(ledger, home) if not row["resolved"])
    yield from _section("quarantine", [f"{code} {count}" for code, count in open_.most_common()])
    yield from _section("days to rebuild", [str(len(ledger.dirty_days()))])
    yield from _section("customer keys", [_customer_key(environment)])


_BOOKS = ("rows_in", "rows_loaded", "rows_quarantined", "rows_superseded")


def _run(run: dict[str, object]) -> str:
    message = f": {run['message']}" if run["message"] else ""
    return f"{run['run_id']} {run['status']}{message}"


def _section(name: str, values: list[str]) -> Iterator[str]:
    for position, value in enumerate(values or ["none"]):
        yield f"{name if position == 0 else '':<17}{value}"
