"""Erasure: remove a person or a call from every layer, for good, and leave a tombstone.

The landing folder belongs to its owner and is not touched; a file that still lies there brings nothing back.
"""

import duckdb
from msgspec import Struct

from analytics.errors import ConfigurationError
from analytics.ingest.load import CHILDREN
from analytics.ingest.recover import apply_tombstones, refused_lines_name, restore_unbooked
from analytics.ingest.tombstones import Tombstones
from analytics.labeling.journal import erase_requests
from analytics.publish.warehouse import keep_newest
from analytics.workspace import Workspace

_ALONE = "call_id as id, null::varchar as case_id, null::varchar as customer_id"
#: (source, id, case_id, customer_id) of the calls that a raw table names.
_CALL_OF = {
    "calls": "source, id, case_id, customer_id",
    **dict.fromkeys(CHILDREN, f"source, {_ALONE}"),
    **dict.fromkeys(("surveys", "human_labels"), f"coalesce(call_source, source) as source, {_ALONE}"),
}


class Erased(Struct, frozen=True):
    """What an erasure named: calls with all their records, and cases that are left without a call."""

    calls: int
    cases: int


def erase(workspace: Workspace, *, customer: str | None = None, call: str | None = None) -> Erased:
    """Record the tombstones of a customer or of a call, and remove what they name from raw and quarantine.

    Core, mart, published file and pages follow with the next run, and `finish_erasure` removes old versions.

    Args:
        workspace: the open home.
        customer: the producer's customer id, in all sources.
        call: a published call id (`source:id`), or a producer's id; its own record may be missing or refused.

    Raises:
        ConfigurationError: no such call.
    """
    restore_unbooked(workspace.home, workspace.ledger)
    with workspace.connection() as connection:
        calls, cases = _named(workspace, connection, customer, call)
    if call is not None and not calls:
        calls = _refused(workspace, call)
    if call is not None and not calls:
        msg = f"{call!r}: no such call; write its call_id as `lodestar query` shows it"
        raise ConfigurationError(msg)
    # before the tombstones: they are carried out after a kill, and this is not
    erase_requests(workspace.home.label_journal, [f"{source}:{call_id}" for source, call_id in calls])
    with workspace.ledger.transaction():
        ledger, now = workspace.ledger, workspace.now
        digest = Tombstones.of(workspace.home, ledger.tombstones()).digest
        ledger.add_tombstones("call", (digest("call", *names) for names in calls), now, renew=True)
        ledger.add_tombstones("case", (digest("case", *names) for names in cases), now, renew=True)
        ledger.add_tombstones("customer", [digest("customer", customer)] if customer else [], now, renew=True)
        ledger.remember("history_to_forget", "yes")
        ledger.remember("erasures", str(int(ledger.fact("erasures") or 0) + 1))
    with workspace.connection() as connection:
        apply_tombstones(workspace.home, workspace.ledger, connection)
    return Erased(len(calls), len(cases))


def finish_erasure(workspace: Workspace) -> None:
    """After a publication without them: no old version of a table or published file holds what was erased."""
    if workspace.ledger.fact("history_to_forget") != "yes":
        return
    workspace.lake.forget_history()
    keep_newest(workspace.home, 1)
    with workspace.ledger.transaction():
        workspace.ledger.remember("history_to_forget", "no")


def _named(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, customer: str | None, call: str | None
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(source, id) of the calls, and of the explicit cases that no other call belongs to."""
    records = _records_of_calls(workspace, connection)
    if not records:
        return [], []
    connection.execute(f"create temp table known as {' union '.join(records)}")
    connection.execute(
        "create temp table named as select distinct source, id, case_id from known"
        " where customer_id = $customer or source || ':' || id = $call"
        " or (id = $call and not exists (select 1 from known exact where exact.source || ':' || exact.id = $call))",
        {"customer": customer, "call": call},
    )
    calls = connection.execute("select distinct source, id from named order by all").fetchall()
    cases = connection.execute(
        "select distinct source, case_id from named where case_id is not null and not exists ("
        " select 1 from known other where other.source = named.source and other.case_id = named.case_id"
        " and (other.source, other.id) not in (select (source, id) from named)) order by all"
    ).fetchall()
    return calls, cases


def _refused(workspace: Workspace, call: str) -> list[tuple[str, str]]:
    """(source, id) of a call that only refused lines name."""
    source, _, call_id = call.partition(":")
    erased = Tombstones.of(workspace.home, workspace.ledger.tombstones())
    found = []
    for names in ((source, call_id), ("native", call)):
        asked = Tombstones({("call", erased.digest("call", *names)): workspace.now}, erased.key)
        if refused_lines_name(workspace.home, asked):
            found.append(names)
    return found


def _records_of_calls(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """SQL of (source, id, case_id, customer_id), one select per raw table; a record may stand without its call."""
    selects = []
    for kind, columns in _CALL_OF.items():
        if workspace.lake.exists(f"raw/{kind}"):
            workspace.lake.view(connection, f"raw/{kind}")
            selects.append(f"select {columns} from raw.{kind}")
    return selects
