"""What a new run does first: undo what a killed run left half done, finish an erasure that was begun."""

import shutil
from pathlib import Path

import duckdb
import msgspec

from analytics.home import Home
from analytics.ingest.load import CHILDREN
from analytics.ingest.records import KINDS
from analytics.ingest.stage import Quarantined
from analytics.ingest.tombstones import Tombstones
from analytics.lake import WAITING_DAY, Lake
from analytics.ledger import Ledger
from analytics.shipped import sql

_REFERENCE = (
    "erased('call', coalesce(call_source, source), call_id) or erased('case', coalesce(call_source, source), case_id)"
    # a grouped case goes by the id of its first call
    " or erased('call', coalesce(call_source, source), case_id)"
)
_DRAWN = "split_part(case_id, ':', 1), substr(case_id, position(':' in case_id) + 1)"
_BELONGS = {
    "calls": "erased('call', source, id)",
    "surveys": _REFERENCE,
    "human_labels": _REFERENCE,
    "cases": "erased('case', coalesce(call_source, source), id)",
    "audit_samples": f"erased('call', {_DRAWN}) or erased('case', {_DRAWN})",
}
_CHILD = "erased('call', source, call_id)"


def restore_unbooked(home: Home, ledger: Ledger) -> None:
    """Take back commits to raw tables that no ledger entry belongs to, and empty the stage."""
    shutil.rmtree(home.stage, ignore_errors=True)
    home.stage.mkdir()
    lake, booked = Lake(home.lake), ledger.raw_versions()
    for kind in KINDS:
        table = f"raw/{kind}"
        if table not in booked:
            lake.drop(table)  # files of a first commit that never came are in no log, but in this folder
        elif lake.exists(table) and lake.version(table) != booked[table]:
            lake.restore(table, booked[table])
            with ledger.transaction():
                ledger.set_raw_version(table, lake.version(table) or 0)


def apply_tombstones(home: Home, ledger: Ledger, connection: duckdb.DuckDBPyConnection) -> None:
    """Remove what pending tombstones name from raw and quarantine; repeated after a kill until it is done."""
    pending = ledger.tombstones(pending=True)
    if not pending:
        return
    connection.execute("create or replace temp table tombstones (digest varchar)")
    connection.executemany("insert into tombstones values (?)", [[digest] for _, digest in pending])
    tombstones = Tombstones.of(home, pending)
    connection.execute("set variable tombstone_key = $key", {"key": tombstones.key})
    connection.execute(sql("ingest/_erased"))
    for kind in (*KINDS, "audit_samples"):
        _rewrite(Lake(home.lake), ledger, connection, kind)
    for page in home.audits.glob("*.html*"):
        page.unlink()  # it may hold what is erased, and `lodestar audit draw` writes it again
    _scrub_quarantine(home, tombstones)
    with ledger.transaction():
        ledger.tombstones_applied()


def _rewrite(lake: Lake, ledger: Ledger, connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    table = f"raw/{kind}"
    if not lake.exists(table):
        return
    lake.view(connection, table)
    belongs = _BELONGS.get(kind, _CHILD)
    found = connection.execute(f"select distinct day from raw.{kind} where {belongs}").fetchall()
    days = [day for (day,) in found]
    if not days:
        return
    lake.view(connection, table, days)
    lake.replace_days(table, connection.sql(f"select * from raw.{kind} where not ({belongs})"), days)
    if kind not in KINDS:
        return
    with ledger.transaction():
        ledger.set_raw_version(table, lake.version(table) or 0)
        if kind in ("calls", *CHILDREN):
            ledger.mark_dirty(set(days) - {WAITING_DAY})


def _scrub_quarantine(home: Home, tombstones: Tombstones) -> None:
    """Take the bytes of refused lines that name something erased; the entries stay, so that the books stay."""
    for file in home.quarantine.glob("*.ndjson"):
        entries = _entries(file)
        kept = [_without_bytes(entry) if tombstones.touch(entry.content()) else entry for entry in entries]
        if kept != entries:
            staged = home.stage / file.name
            staged.write_bytes(b"".join(msgspec.json.encode(entry) + b"\n" for entry in kept))
            staged.replace(file)


def refused_lines_name(home: Home, tombstones: Tombstones) -> bool:
    """Whether a line in quarantine names what these tombstones stand for."""
    files = home.quarantine.glob("*.ndjson")
    return any(tombstones.touch(entry.content()) for file in files for entry in _entries(file))


def _entries(file: Path) -> list[Quarantined]:
    return [msgspec.json.decode(line, type=Quarantined) for line in file.read_bytes().splitlines()]


def _without_bytes(entry: Quarantined) -> Quarantined:
    return msgspec.structs.replace(entry, raw=None)
