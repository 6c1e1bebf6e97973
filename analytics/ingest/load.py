"""From the stage into raw/*: identity, duplicates, days and books of one batch, in DuckDB, one commit per table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb

from analytics.ingest.lines import MAX_LINE_BYTES
from analytics.ingest.raw_schema import columns, struct_type
from analytics.ingest.records import KINDS
from analytics.ingest.stage import CALL_KEYS
from analytics.lake import WAITING_DAY, Lake
from analytics.shipped import sql

#: What makes two rows the same record; ids hold no control characters, so chr(31) separates them safely.
_IDENTITY = {
    "calls": ("id",),
    "turns": ("call_id", "seq"),
    "tool_calls": ("call_id", "id"),
    "events": ("call_id", "coalesce('id ' || id, 'content ' || fingerprint || ' ' || ordinal)"),
    "usage": ("call_id", "coalesce('id ' || id, 'content ' || fingerprint || ' ' || ordinal)"),
    "surveys": ("id",),
    "cases": ("id",),
    "human_labels": (
        "coalesce(call_source, source)",
        "'call ' || call_id",
        "'case ' || case_id",
        "labeled_by",
        "sample_id",
    ),
}
_DAY = {
    "surveys": "coalesce(answered_at, invited_at, $received_at)",
    "cases": "coalesce(opened_at, closed_at, $received_at)",
    "human_labels": "labeled_at",
}
CHILDREN = ("turns", "tool_calls", "events", "usage")


@dataclass
class Loaded:
    """What a batch did: rows and superseded rows per file, days to rebuild, days that share a moved call."""

    rows: dict[int, int] = field(default_factory=dict)
    superseded: dict[int, int] = field(default_factory=dict)
    dirty_days: set[date] = field(default_factory=set)
    linked_days: set[tuple[date, date]] = field(default_factory=set)


def load(
    connection: duckdb.DuckDBPyConnection, lake: Lake, staged: Callable[[str], Path], received_at: datetime
) -> Loaded:
    """Append the staged rows to the raw tables; duplicates are counted and left out.

    The caller books the returned numbers in the ledger; until then the new commits belong to nobody.
    """
    loaded = Loaded()
    for kind in KINDS:
        if staged(kind).stat().st_size or kind == "calls":
            _read(connection, kind, staged, received_at)
            _known(connection, lake, kind)
            connection.execute(f"create or replace temp table booked as {sql('ingest/booked')}")
            _count(connection, loaded)
            _place_on_days(connection, lake, kind, loaded)
            _append(connection, lake, kind)
    return loaded


def _read(
    connection: duckdb.DuckDBPyConnection, kind: str, staged: Callable[[str], Path], received_at: datetime
) -> None:
    """View `staged` (typed payload with its place) and table `incoming` (identity of each row)."""
    payload = _staged_rows(kind, staged(kind), received_at)
    connection.execute(f"create or replace temp view staged as {payload}")
    keys = _staged_rows(kind, staged(CALL_KEYS), received_at) if kind == "calls" else "from staged"
    identity = ", ".join(f"coalesce({key}::varchar, '')" for key in _IDENTITY[kind])
    day = "started_at::date" if kind == "calls" else "null::date"
    day = f"({_DAY[kind].replace('$received_at', 'received_at')})::date" if kind in _DAY else day
    call_id = "call_id" if "call_id" in columns(kind) else "id"
    connection.execute(
        "create or replace temp table incoming as"
        f" select file_seq, line, fingerprint, source, revision, {call_id} as call_id, {day} as day,"
        f" concat_ws(chr(31), source, {identity}) as identity"
        " from (select *, row_number() over (partition by file_seq, fingerprint order by line) as ordinal"
        f" from ({keys}))"
    )


def _staged_rows(kind: str, file: Path, received_at: datetime) -> str:
    """SQL of the rows of one staged file."""
    fields = ", ".join(_field(name) for name in columns(kind))
    place = "{file_seq: 'BIGINT', line: 'BIGINT', byte_offset: 'BIGINT', fingerprint: 'VARCHAR', r: '%s'}"
    received = f"timestamptz '{received_at.isoformat()}'"
    return (
        f"select file_seq, line, byte_offset, fingerprint, {received} as received_at, {fields}"
        f" from read_json('{str(file).replace(chr(39), chr(39) * 2)}', format = 'newline_delimited',"
        f" maximum_object_size = {2 * MAX_LINE_BYTES}, columns = {place % struct_type(kind)})"
    )


def _field(name: str) -> str:
    if name == "source":
        return "coalesce(r.source, 'native') as source"
    if name == "revision":
        return "coalesce(r.revision, 1) as revision"
    if name.endswith("_at"):
        return f"upper(r.{name})::timestamptz as {name}"
    return f'r."{name}" as "{name}"'


def _known(connection: duckdb.DuckDBPyConnection, lake: Lake, kind: str) -> None:
    """Table `known`: what earlier batches hold of the incoming identities."""
    kept = "identity, revision, fingerprint, file_seq, line, source, call_id, day"
    if not lake.exists(f"raw/{kind}"):
        connection.execute(f"create or replace temp table known as select {kept} from incoming where false")
        return
    lake.view(connection, f"raw/{kind}")
    call_id = "call_id" if "call_id" in columns(kind) else "id as call_id"
    connection.execute(
        f"create or replace temp table known as select {kept.replace('call_id', call_id)}"
        f" from raw.{kind} where identity in (select identity from incoming)"
    )


def _count(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> None:
    counts = connection.execute("select file_seq, count(*), count(*) filter (superseded) from booked group by all")
    for file_seq, rows, superseded in counts.fetchall():
        loaded.rows[file_seq] = loaded.rows.get(file_seq, 0) + rows
        loaded.superseded[file_seq] = loaded.superseded.get(file_seq, 0) + superseded


def _place_on_days(connection: duckdb.DuckDBPyConnection, lake: Lake, kind: str, loaded: Loaded) -> None:
    """Calls lie on the day of their start, their children beside them; touched days must be rebuilt."""
    if kind == "calls":
        connection.execute(f"create or replace temp table call_days as {sql('ingest/call_days')}")
        _touch_days_of_calls(connection, loaded)
    elif kind in CHILDREN:
        _days_of_children(connection, lake)
        days = connection.execute("select distinct day from booked where not duplicate").fetchall()
        loaded.dirty_days |= {day for (day,) in days} - {WAITING_DAY}


def _touch_days_of_calls(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> None:
    """A new or changed call touches its day, and the days where other revisions of it lie."""
    pairs = connection.execute(
        "select distinct booked.day, other.day from booked"
        " left join (select identity, day from booked union select identity, day from known) other using (identity)"
        " where not duplicate"
    )
    for day, other in pairs.fetchall():
        loaded.dirty_days |= {day, other}
        if day != other:
            loaded.linked_days.add((day, other))


def _days_of_children(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Children lie on the day of their call; without a call they wait on a day of their own."""
    if lake.exists("raw/calls"):
        lake.view(connection, "raw/calls")
        connection.execute(
            "insert into call_days select source, id, day from raw.calls"
            " where (source, id) in (select (source, call_id) from booked)"
            " and (source, id) not in (select (source, call_id) from call_days)"
            " qualify row_number() over (partition by source, id order by revision desc, file_seq desc, line desc) = 1"
        )
    connection.execute(
        "create or replace temp table booked as select booked.* replace (coalesce(call_days.day, $waiting) as day)"
        " from booked left join call_days using (source, call_id)",
        {"waiting": WAITING_DAY},
    )


def _append(connection: duckdb.DuckDBPyConnection, lake: Lake, kind: str) -> None:
    if not connection.execute("select 1 from booked where not duplicate limit 1").fetchall():
        return
    # without this the optimizer builds the hash table of the payload and not of the few columns beside it
    connection.execute("set disabled_optimizers = 'build_side_probe_side'")
    rows = connection.sql(
        "select staged.*, booked.identity, booked.day from staged"
        " join (select file_seq, line, identity, day from booked where not duplicate) booked using (file_seq, line)"
    )
    lake.append(f"raw/{kind}", rows, "day")
    connection.execute("reset disabled_optimizers")
