"""Checks of the books: what came in, what waits, what was set aside, and whether every call is still there."""

import duckdb

from analytics.checks.results import CheckResult, Severity, result
from analytics.core.build import raw_view
from analytics.ingest.load import CHILDREN
from analytics.ingest.records import KINDS
from analytics.lake import WAITING_DAY
from analytics.workspace import Workspace

#: The checks of this module, with their severity.
BOOK_CHECKS: dict[str, Severity] = {
    "orphans": "warning",
    "conflicts": "warning",
    "calls_match_the_books": "error",
    "books_balance": "error",
    "days_are_rebuilt": "error",
    "quarantined_share": "error",
}


def check_books(workspace: Workspace) -> list[CheckResult]:
    """One result per rule about the books; none of them is kept from an earlier run."""
    with workspace.connection() as connection:
        for kind in KINDS:
            raw_view(workspace, connection, kind)
        workspace.lake.view(connection, "core/calls")
        judged = [
            _orphans(workspace, connection),
            _conflicts(workspace, connection),
            _lost_calls(workspace, connection),
        ]
    return [*judged, _balance(workspace), _rebuilt_days(workspace), _quarantined_share(workspace)]


def _orphans(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> CheckResult:
    """Children whose call never came, was refused or is not here yet."""
    counts = {}
    for kind in CHILDREN:
        raw_view(workspace, connection, kind, [WAITING_DAY])
        waiting = f"select count(*) from raw.{kind} where (source, call_id) not in (select (source, id) from raw.calls)"
        counts[kind] = int(connection.execute(waiting).fetchall()[0][0])
    found = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    why = f"records without their call wait for it: {found or 'none'}"
    return _result(workspace, "orphans", sum(counts.values()), why)


def _conflicts(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> CheckResult:
    """Identities that came twice in one revision with other content; the later received one is in force."""
    total = 0
    for kind in KINDS:
        raw_view(workspace, connection, kind)
        differing = f"select identity, revision from raw.{kind} group by all having count(distinct fingerprint) > 1"
        total += int(connection.execute(f"select count(*) from ({differing})").fetchall()[0][0])
    why = "records that came twice in one revision with other content; the later received is in force"
    return _result(workspace, "conflicts", total, why)


def _lost_calls(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> CheckResult:
    """Calls that were received and not deleted, against those that stand in core.calls."""
    newest = "max_by(coalesce(deleted, false), {'revision': revision, 'file_seq': file_seq, 'line': line})"
    received = f"select source || ':' || id as call_id from raw.calls group by source, id, identity having not {newest}"
    differing = f"select count(*) from ({received}) received full join core.calls using (call_id)"
    lost = f"{differing} where received.call_id is null or calls.call_id is null"
    count = int(connection.execute(lost).fetchall()[0][0])
    why = "calls that were received and are not in core.calls, or stand there and were not received"
    return _result(workspace, "calls_match_the_books", count, why)


def _balance(workspace: Workspace) -> CheckResult:
    names = ("rows_in", "rows_loaded", "rows_quarantined", "rows_superseded")
    books = [[int(str(file[name])) for name in names] for file in workspace.ledger.files()]
    wrong = sum(rows_in != loaded + quarantined + superseded for rows_in, loaded, quarantined, superseded in books)
    why = "files whose rows_in is not rows_loaded + rows_quarantined + rows_superseded"
    return _result(workspace, "books_balance", wrong, why)


def _rebuilt_days(workspace: Workspace) -> CheckResult:
    days = workspace.ledger.dirty_days()
    why = f"{len(days)} days have new records that the core tables do not hold yet; run `lodestar run`"
    return _result(workspace, "days_are_rebuilt", len(days), why)


def _quarantined_share(workspace: Workspace) -> CheckResult:
    rows, quarantined = workspace.ledger.lines_since(int(workspace.ledger.fact("published_file_seq") or 0))
    limit = workspace.settings.quality.max_quarantined_share
    too_many = rows > 0 and quarantined / rows > limit
    why = (
        f"{quarantined} of {rows} lines read since the last publication are in quarantine (limit {limit:.2%}:"
        " quality.max_quarantined_share); see `lodestar quarantine`"
    )
    return _result(workspace, "quarantined_share", quarantined if too_many else 0, why)


def _result(workspace: Workspace, name: str, offenders: int, why: str) -> CheckResult:
    return result(workspace.run_id, name, BOOK_CHECKS[name], offenders, why)
