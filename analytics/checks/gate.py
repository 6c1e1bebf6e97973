"""The gate before a publication: the state of every check on the very tables that would be published."""

from analytics.checks.books import BOOK_CHECKS, check_books
from analytics.checks.contract import CONTRACT_CHECKS, check_contract
from analytics.checks.results import CheckResult, Severity, blocking, refuse, store, stored
from analytics.checks.rules import check_tables, shipped_rules
from analytics.errors import NothingToPublish, NotPublishable
from analytics.workspace import Workspace

#: Checks that are judged at the gate and not when a table is built, with their severity.
GATE_CHECKS: dict[str, Severity] = (
    BOOK_CHECKS | CONTRACT_CHECKS | {rule.name: rule.severity for rule in shipped_rules() if rule.when == "published"}
)


def run_checks(workspace: Workspace) -> list[CheckResult]:
    """The state of every check; the results are kept for meta.checks."""
    results = [*check_tables(workspace), *check_books(workspace)]
    if not blocking(results):
        results += check_contract(workspace)
    store(workspace.ledger, results)
    return results


def ask_again(workspace: Workspace) -> None:
    """What a step asks that is about to write a publication, whichever run it belongs to.

    Raises:
        NotPublishable: a blocking check failed, or the gate was never passed.
    """
    judged = BOOK_CHECKS | CONTRACT_CHECKS
    kept = [result for result in stored(workspace.ledger) if result.check_name in judged]
    if missing := judged.keys() - {result.check_name for result in kept}:
        msg = f"the gate has not judged {', '.join(sorted(missing))}; materialise meta/checks or run `lodestar run`"
        raise NotPublishable(msg)
    refuse([*check_tables(workspace), *kept])


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
