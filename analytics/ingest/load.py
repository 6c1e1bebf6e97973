"""From the stage into raw/*: identity, duplicates, days and books of one batch, in DuckDB, one commit per table."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from analytics.ingest import identity
from analytics.ingest.lines import MAX_LINE_BYTES
from analytics.ingest.raw_schema import empty_rows, struct_type, typed_row
from analytics.ingest.records import KINDS
from analytics.ingest.stage import Stage
from analytics.lake import WAITING_DAY, Lake
from analytics.parts import Parts
from analytics.shipped import sql

#: What is written in one go. A line may be of 16 MiB, but most are small, and each batch costs 0.1 ms.
_BATCH_BYTES = 64 << 20
_LEAST_ROWS, _MOST_ROWS = 16, 8_192
CHILDREN = ("turns", "tool_calls", "events", "usage")


@dataclass
class Loaded:
    """What a batch did: rows and superseded rows per file, days to rebuild, days that share a moved call."""

    rows: dict[int, int] = field(default_factory=dict)
    superseded: dict[int, int] = field(default_factory=dict)
    dirty_days: set[date] = field(default_factory=set)
    linked_days: set[tuple[date, date]] = field(default_factory=set)


def load(connection: duckdb.DuckDBPyConnection, lake: Lake, stage: Stage, received_at: datetime) -> Loaded:
    """Append the staged rows to the raw tables; duplicates are counted and left out.

    The caller books the returned numbers in the ledger; until then the new commits belong to nobody.
    """
    loaded = Loaded()
    calls = stage.calls.finish()
    for kind in KINDS:
        if kind == "calls":
            _see_calls(connection, stage, calls)
        elif stage.path(kind).stat().st_size:
            _see(connection, kind, stage, received_at)
        else:
            continue
        _known(connection, lake, kind)
        connection.execute(f"create or replace temp table booked as {sql('ingest/booked')}")
        _count(connection, loaded)
        _place_on_days(connection, lake, kind, loaded)
        if kind == "calls":
            _append_calls(connection, lake, stage, calls)
        else:
            _append(connection, lake, stage, kind)
    return loaded


def _see_calls(connection: duckdb.DuckDBPyConnection, stage: Stage, calls: Parts) -> None:
    """Table `incoming` (identity of each row) of the converted calls whose file was not taken back."""
    parameters: dict[str, object] = {"taken_back": sorted(stage.taken_back)}
    rows = f"({empty_rows('calls')})"
    if calls.files:
        parameters["files"] = [str(stage.calls.folder / file.path) for file in calls.files]
        rows = "read_parquet($files, hive_partitioning = true)"
    connection.execute(
        "create or replace temp table incoming as"
        f" select file_seq, line, fingerprint, source, revision, id as call_id, day, identity from {rows}"
        " where not list_contains($taken_back::bigint[], file_seq)",
        parameters,
    )


def _see(connection: duckdb.DuckDBPyConnection, kind: str, stage: Stage, received_at: datetime) -> None:
    """View `staged` (typed payload with its place), table `incoming` (identity of each row)."""
    rows = _staged_rows(kind, stage.path(kind), received_at)
    connection.execute(f"create or replace temp view staged as {rows}")
    connection.execute(
        "create or replace temp table incoming as"
        f" select file_seq, line, fingerprint, source, revision, {identity.call_id(kind)} as call_id,"
        f" {identity.day(kind)} as day, {identity.identity(kind)} as identity"
        " from (select *, row_number() over (partition by file_seq, fingerprint order by line) as ordinal from staged)"
    )


def _staged_rows(kind: str, file: Path, received_at: datetime) -> str:
    """SQL of the rows of one staged file."""
    place = "{file_seq: 'BIGINT', line: 'BIGINT', byte_offset: 'BIGINT', fingerprint: 'VARCHAR', r: '%s'}"
    return (
        f"select {typed_row(kind, received_at)}"
        f" from read_json('{str(file).replace(chr(39), chr(39) * 2)}', format = 'newline_delimited',"
        f" maximum_object_size = {2 * MAX_LINE_BYTES}, columns = {place % struct_type(kind)})"
    )


def _known(connection: duckdb.DuckDBPyConnection, lake: Lake, kind: str) -> None:
    """Table `known`: what earlier batches hold of the incoming identities."""
    kept = "identity, revision, fingerprint, file_seq, line, source, call_id, day"
    if not lake.exists(f"raw/{kind}"):
        connection.execute(f"create or replace temp table known as select {kept} from incoming where false")
        return
    lake.view(connection, f"raw/{kind}")
    call_id = f"{identity.call_id(kind)} as call_id"
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


def _append_calls(connection: duckdb.DuckDBPyConnection, lake: Lake, stage: Stage, calls: Parts) -> None:
    """Commit the converted files as they are where every row in them is new, which is almost always."""
    new = connection.sql("select file_seq, line from booked where not duplicate")
    ((count,),) = new.count("*").fetchall()
    if not count:
        return
    if count == calls.rows:
        lake.append_parts("raw/calls", calls, stage.calls.folder, "day")
    else:
        places, rows = set(new.fetchall()), calls.read(stage.calls.folder)
        kept = (_those_of(batch, places) for batch in rows)
        lake.append("raw/calls", pa.RecordBatchReader.from_batches(rows.schema, kept), "day")


def _those_of(calls: pa.RecordBatch, places: set[tuple[int, int]]) -> pa.RecordBatch:
    """The rows at these places."""
    found = zip(calls.column("file_seq").to_pylist(), calls.column("line").to_pylist(), strict=True)
    return calls.filter(pa.array([place in places for place in found], pa.bool_()))


def _append(connection: duckdb.DuckDBPyConnection, lake: Lake, stage: Stage, kind: str) -> None:
    """Write those of the staged rows that are no duplicates."""
    if not connection.execute("select 1 from booked where not duplicate limit 1").fetchall():
        return
    # without this the optimizer builds the hash table of the payload and not of the few columns beside it
    connection.execute("set disabled_optimizers = 'build_side_probe_side'")
    rows = connection.sql(
        "select staged.*, booked.identity, booked.day from staged"
        " join (select file_seq, line, identity, day from booked where not duplicate) booked using (file_seq, line)"
    )
    batch_rows = max(_LEAST_ROWS, min(_BATCH_BYTES // stage.largest_bytes, _MOST_ROWS))
    lake.append(f"raw/{kind}", rows.to_arrow_reader(batch_rows), "day")
    connection.execute("reset disabled_optimizers")
