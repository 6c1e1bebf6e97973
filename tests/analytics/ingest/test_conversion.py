"""Calls converted beside the gate: what DuckDB reads from a whole file, in files of their days, whatever fails."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_exception
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.ingest import conversion
from analytics.ingest.conversion import Conversion
from analytics.ingest.raw_schema import columns, struct_type, typed_fields
from analytics.parts import Parts
from tests.pipeline import call

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
TEXT = st.text(max_size=8)
NUMBER = st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15)
ANY = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
TURNS = st.lists(
    st.fixed_dictionaries(
        {"seq": st.integers(0, 2**53), "speaker": st.sampled_from(["caller", "agent"])},
        optional={
            "text": TEXT | st.none(), "start_ms": NUMBER, "interrupted": st.booleans(), "attributes": ANY,
            "latency": st.fixed_dictionaries({}, optional={"ttft_ms": NUMBER | st.none(), "attributes": ANY}),
        },
    ),
    max_size=3,
)  # fmt: skip
TOOL_CALLS = st.lists(
    st.fixed_dictionaries({"id": TEXT, "name": TEXT}, optional={"arguments": ANY, "result": ANY}), max_size=2
)
CALLS = st.fixed_dictionaries(
    {
        "record": st.just("call"),
        "id": TEXT,
        "started_at": st.sampled_from(["2026-10-05T23:30:00-02:00", "2026-10-05t10:00:00.123456789z"]),
    },
    optional={
        "source": TEXT, "revision": st.integers(0, 2**53), "billed_s": NUMBER, "deleted": st.booleans(),
        "agent": st.fixed_dictionaries({}, optional={"id": TEXT, "version": TEXT | st.none()}) | st.none(),
        "turns": TURNS | st.none(), "tool_calls": TOOL_CALLS, "attributes": ANY,
        "events": st.lists(st.fixed_dictionaries({"type": TEXT}, optional={"offset_ms": NUMBER}), max_size=3),
        "usage": st.lists(st.fixed_dictionaries({"component": TEXT}, optional={"input_tokens": st.integers(0, 9)})),
    },
)  # fmt: skip


@contextmanager
def converting(folder: Path) -> Iterator[Conversion]:
    with duckdb.connect() as connection, Conversion.open(connection, folder, NOW) as calls:
        yield calls


def converted(folder: Path, payloads: list[bytes]) -> Parts:
    with converting(folder) as calls:
        for line, payload in enumerate(payloads, 1):
            calls.add(1, line, 10 * line, b"f", payload)
        return calls.finish()


def rows_of(folder: Path, parts: Parts) -> list[dict[str, Any]]:
    """What the files hold, in the order of the lines."""
    rows = [
        row | {"day": file.partition_values["day"]}
        for file in parts.files
        for row in pq.ParquetFile(folder / file.path).read().to_pylist()
    ]
    assert len(rows) == parts.rows
    return sorted(rows, key=lambda row: int(row["line"]))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records=st.lists(CALLS, max_size=4))
def test_a_converted_call_holds_what_duckdb_reads_from_a_file(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("calls")
    payloads = [json.dumps(record).encode() for record in records]
    file = folder / "calls.ndjson"
    file.write_bytes(b"".join(b'{"r":%s}\n' % payload for payload in payloads))
    names = list(columns("calls"))
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        read = connection.sql(
            f"select {typed_fields('calls')} from read_json('{file}', format = 'newline_delimited',"
            f" columns = {{r: '{struct_type('calls')}'}})"
        ).to_arrow_table()
    kept = rows_of(folder, converted(folder, payloads))
    assert [{name: row[name] for name in names} for row in kept] == read.to_pylist()


@pytest.mark.parametrize(("chunk_lines", "chunk_bytes"), [(3, 8 << 20), (3, 700), (100, 1)])
def test_each_call_lies_once_on_its_utc_day_however_many_chunks_and_queries_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk_lines: int, chunk_bytes: int
) -> None:
    monkeypatch.setattr(conversion, "_CHUNK_LINES", chunk_lines)
    monkeypatch.setattr(conversion, "_CHUNK_BYTES", chunk_bytes)
    calls = [call(f"c{n}", f"2026-10-0{1 + n % 3}T23:30:00-01:00") for n in range(50)]
    kept = rows_of(tmp_path, converted(tmp_path, [json.dumps(record).encode() for record in calls]))
    assert [(row["id"], row["day"], row["identity"]) for row in kept] == [
        (f"c{n}", f"2026-10-0{2 + n % 3}", f"native\x1fc{n}") for n in range(50)
    ]
    assert {(row["file_seq"], row["byte_offset"] // row["line"], row["fingerprint"]) for row in kept} == {(1, 10, "f")}


def test_no_call_leaves_no_file(tmp_path: Path) -> None:
    assert (converted(tmp_path, []).files, list(tmp_path.iterdir())) == ([], [])


def test_what_stops_the_thread_is_raised_where_the_calls_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "_CHUNK_LINES", 1)
    payload = b'{"id":"what somebody said'
    with pytest.raises(RuntimeError, match="no JSON to DuckDB") as stopped:
        converted(tmp_path, [payload] * 1_000)
    assert "somebody" not in "".join(format_exception(stopped.value))


def test_the_thread_ends_with_whoever_feeds_it(tmp_path: Path) -> None:
    def interrupted() -> None:
        with converting(tmp_path) as calls:
            calls.add(1, 1, 0, b"f", json.dumps(call("a", "2026-10-05T10:00:00Z")).encode())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("conversion")]


def test_an_interrupt_of_the_wait_for_the_thread_leaves_no_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Conversion, "_send", interrupted)
    with pytest.raises(KeyboardInterrupt), converting(tmp_path) as calls:
        calls.finish()
    assert calls._converted.done()
