"""What a check says: passed, warned or failed, with the number of offenders and why it matters."""

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import Struct

from analytics.errors import NotPublishable
from analytics.ledger import Ledger

Severity = Literal["error", "warning"]
_FACT = "checks"


class CheckResult(Struct, frozen=True):
    """One rule of one run; `n` counts the offenders, `message` shows up to three of them, `why` none.

    Attributes:
        table_name: the table that the rule judges, as `core.calls`; NULL where it judges the books.
        fingerprint: what the result stands on; with another one it is no answer any more.
    """

    check_name: str
    severity: Severity
    status: Literal["passed", "warned", "failed"]
    n: int
    message: str
    run_id: str
    table_name: str | None = None
    why: str = ""
    fingerprint: str = ""


def result(
    run_id: str, name: str, severity: Severity, offenders: int, why: str, *, message: str = "", table: str | None = None
) -> CheckResult:
    """Passed without an offender; with one, a warning warns and an error fails."""
    bad: Literal["failed", "warned"] = "failed" if severity == "error" else "warned"
    status = bad if offenders else "passed"
    return CheckResult(name, severity, status, offenders, message or why, run_id, table, why)


def blocking(results: Iterable[CheckResult]) -> list[CheckResult]:
    """The results that forbid a publication."""
    return [result for result in results if result.status == "failed"]


def refuse(results: Iterable[CheckResult]) -> None:
    """Stop before anything is published.

    Raises:
        NotPublishable: a blocking check failed; it names rules and counts, never a row.
    """
    if failed := blocking(results):
        raise NotPublishable("\n".join(f"{check.check_name} ({check.n}): {check.why}" for check in failed))


def stored(ledger: Ledger) -> list[CheckResult]:
    """The newest result of every check."""
    text = ledger.fact(_FACT)
    return msgspec.json.decode(text, type=list[CheckResult]) if text else []


def store(ledger: Ledger, results: Iterable[CheckResult]) -> None:
    """Keep these results as the newest ones; all others are forgotten."""
    with ledger.transaction():
        ledger.remember(_FACT, msgspec.json.encode(list(results)).decode())
