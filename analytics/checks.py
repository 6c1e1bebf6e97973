"""Checks: each `sql/checks/<name>.sql` returns the offenders of one rule; its header says severity and why.

A rule of severity error blocks the publication while it has an offender.
"""

import re
from typing import Literal

import duckdb
import msgspec
from msgspec import Struct

from analytics.core.build import raw_view
from analytics.errors import NothingToPublish, NotPublishable
from analytics.ingest.load import CHILDREN
from analytics.ingest.records import KINDS
from analytics.lake import WAITING_DAY, named_in
from analytics.shipped import shipped
from analytics.workspace import Workspace

Severity = Literal["error", "warning"]


class CheckResult(Struct, frozen=True):
    """One rule of one run; `n` counts the offenders, `message` shows up to three of them."""

    check_name: str
    severity: Severity
    status: Literal["passed", "warned", "failed"]
    n: int
    message: str
    run_id: str


_INPUTS = (
    "core/calls", "core/turns", "core/case_calls", "core/cases", "core/surveys", "core/labels", "core/cost_items",
    "mart/kpi_week", "mart/cost_week",
)  # fmt: skip


def run_checks(workspace: Workspace) -> list[CheckResult]:
    """Run every rule and the rule on quarantined lines; the results are kept for meta.checks."""
    with workspace.connection() as connection:
        for table in _INPUTS:
            workspace.lake.view(connection, table)
        files = sorted((shipped("sql") / "checks").glob("*.sql"))
        results = [_check(workspace, connection, file.stem, file.read_text("utf-8")) for file in files]
        results += [_orphans(workspace, connection), _conflicts(workspace, connection)]
    results += [_rebuilt_days(workspace), _quarantined_share(workspace)]
    with workspace.ledger.transaction():
        workspace.ledger.remember("checks", msgspec.json.encode(results).decode())
    return results


def refuse_empty(workspace: Workspace) -> None:
    """Keep the last publication where the new one would hold no number; take it back where no call is left.

    Raises:
        NothingToPublish: no call is left.
        NotPublishable: no call started before the clock.
    """
    with workspace.connection() as connection:
        for table in ("core/calls", "mart/kpi_week"):
            workspace.lake.view(connection, table)
        if not connection.execute("select 1 from core.calls limit 1").fetchall():
            workspace.home.withdraw()
            msg = "no call is left: all were deleted or erased; the publication is withdrawn"
            raise NothingToPublish(msg)
        if not connection.execute("select 1 from mart.kpi_week limit 1").fetchall():
            msg = f"no call started before {workspace.as_of.isoformat()} (--as-of); the last publication stays"
            raise NotPublishable(msg)


def blocking(results: list[CheckResult]) -> list[CheckResult]:
    """The results that forbid a publication."""
    return [result for result in results if result.status == "failed"]


def _check(workspace: Workspace, connection: duckdb.DuckDBPyConnection, name: str, text: str) -> CheckResult:
    severity, why = _header(name, text)
    offenders = connection.execute(text, named_in(text, workspace.parameters())).fetchall()
    shown = "; ".join(", ".join(map(str, row)) for row in offenders[:3])
    message = f"{why}; for example: {shown}" if offenders else why
    return _result(workspace, name, severity, len(offenders), message)


def _header(name: str, text: str) -> tuple[Severity, str]:
    found = re.match(r"-- (?P<name>\w+) \| severity: (?P<severity>error|warning) \| why: (?P<why>.+)", text)
    if found is None or found["name"] != name:
        msg = f"sql/checks/{name}.sql: the first line must read '-- {name} | severity: error|warning | why: ...'"
        raise ValueError(msg)
    return ("error" if found["severity"] == "error" else "warning"), found["why"]


def _orphans(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> CheckResult:
    """Children whose call never came, was refused or is not here yet."""
    counts = {}
    for kind in CHILDREN:
        raw_view(workspace, connection, kind, [WAITING_DAY])
        raw_view(workspace, connection, "calls")
        waiting = f"select count(*) from raw.{kind} where (source, call_id) not in (select (source, id) from raw.calls)"
        counts[kind] = int(connection.execute(waiting).fetchall()[0][0])
    found = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    message = f"records without their call wait for it: {found or 'none'}"
    return _result(workspace, "orphans", "warning", sum(counts.values()), message)


def _conflicts(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> CheckResult:
    """Identities that came twice in one revision with other content; the later received one is in force."""
    total = 0
    for kind in KINDS:
        raw_view(workspace, connection, kind)
        differing = f"select identity, revision from raw.{kind} group by all having count(distinct fingerprint) > 1"
        total += int(connection.execute(f"select count(*) from ({differing})").fetchall()[0][0])
    message = "records that came twice in one revision with other content; the later received is in force"
    return _result(workspace, "conflicts", "warning", total, message)


def _rebuilt_days(workspace: Workspace) -> CheckResult:
    days = workspace.ledger.dirty_days()
    message = f"{len(days)} days have new records that the core tables do not hold yet; run `lodestar run`"
    return _result(workspace, "days_are_rebuilt", "error", len(days), message)


def _quarantined_share(workspace: Workspace) -> CheckResult:
    rows, quarantined = workspace.ledger.lines_since(int(workspace.ledger.fact("published_file_seq") or 0))
    limit = workspace.settings.quality.max_quarantined_share
    too_many = rows > 0 and quarantined / rows > limit
    message = (
        f"{quarantined} of {rows} lines read since the last publication are in quarantine (limit {limit:.2%}:"
        " quality.max_quarantined_share); see `lodestar quarantine`"
    )
    return _result(workspace, "quarantined_share", "error", quarantined if too_many else 0, message)


def _result(workspace: Workspace, name: str, severity: Severity, offenders: int, message: str) -> CheckResult:
    bad: Literal["failed", "warned"] = "failed" if severity == "error" else "warned"
    return CheckResult(name, severity, bad if offenders else "passed", offenders, message, workspace.run_id)
