"""Calls on their way from lines to Parquet: a thread converts what the gate has passed, while the gate reads on.

A call of 15 KB is most of what is ingested, so it goes straight from its line into a file of its day. The files belong
to no table yet: whether they may be committed as they are shows when all rows of the batch are known.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from queue import Empty, Full, Queue

import duckdb
import numpy as np
import pyarrow as pa

from analytics.ingest import identity
from analytics.ingest.raw_schema import json_structure, typed_row
from analytics.parts import Parts, write_parts

#: Calls that fit the processor's cache: 22 000 are parsed in 0.73 CPU s, against 1.02 s in chunks of 2 048.
_CHUNK_LINES = 256
#: Of larger calls fewer make a chunk: parsed, a short turn takes ten times the bytes of its text.
_CHUNK_BYTES = 8 << 20
_CHUNKS_WAITING = 4
_LINES = pa.schema(
    {
        "file_seq": pa.int64(),
        "line": pa.int64(),
        "byte_offset": pa.int64(),
        "fingerprint": pa.string(),
        "payload": pa.string(),
    }
)


class Conversion:
    """Open with `Conversion.open`; `add` calls, then `finish`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, received_at: datetime) -> None:
        self._connection = connection.cursor()
        self._connection.execute("set TimeZone = 'UTC'")  # a cursor does not inherit it
        self.folder = folder
        self._received_at = received_at
        self._lines: list[tuple[int, int, int, bytes, bytes]] = []
        self._bytes = 0
        self._abandoned = False
        self._chunks: Queue[pa.RecordBatch | None] = Queue(_CHUNKS_WAITING)
        self._thread = ThreadPoolExecutor(1, "conversion")
        self._converted = self._thread.submit(self._convert)

    @classmethod
    @contextmanager
    def open(cls, connection: duckdb.DuckDBPyConnection, folder: Path, received_at: datetime) -> Iterator["Conversion"]:
        """Convert below `folder`; the thread has ended when the context ends."""
        conversion = cls(connection, folder, received_at)
        try:
            yield conversion
        finally:
            conversion._end()

    def add(self, file_seq: int, line: int, byte_offset: int, fingerprint: bytes, payload: bytes) -> None:
        """Take one accepted call with its place; `payload` is its JSON. What stopped the thread is raised here."""
        self._lines.append((file_seq, line, byte_offset, fingerprint, payload))
        self._bytes += len(payload)
        if len(self._lines) == _CHUNK_LINES or self._bytes >= _CHUNK_BYTES:
            self._send_lines()

    def finish(self) -> Parts:
        """What all added calls became."""
        self._send_lines()
        self._send(None)
        return self._converted.result()

    def _end(self) -> None:
        # nothing here waits for a place in the queue: an interrupt would leave the thread waiting for good
        self._abandoned = True
        with suppress(Full):
            self._chunks.put_nowait(None)
        self._thread.shutdown()
        self._connection.close()

    def _send_lines(self) -> None:
        if self._lines:
            self._send(_batch_of(self._lines))
            self._lines.clear()
            self._bytes = 0
        if self._converted.done():
            self._converted.result()  # raises what stopped it

    def _send(self, chunk: pa.RecordBatch | None) -> None:
        """Hand over to the thread, as long as there is one that takes it."""
        while not self._converted.done():
            try:
                return self._chunks.put(chunk, timeout=1)
            except Full:
                continue
        return None

    def _convert(self) -> Parts:
        batches = pa.RecordBatchReader.from_batches(self._typed([]).schema, self._batches())
        try:
            return write_parts(self.folder, batches, "day")
        except duckdb.InvalidInputException:
            # its message repeats the input, which is what people said
            msg = "a call that passed the gate is no JSON to DuckDB; nothing of this batch is booked: report it"
            raise RuntimeError(msg) from None

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """Typed rows in batches that are bounded like the chunks: no query joins large chunks in one batch."""
        chunks = iter(self._next_chunk, None)
        for chunk in chunks:
            yield from self._typed(_up_to_a_large_one(chain([chunk], chunks)))

    def _next_chunk(self) -> pa.RecordBatch | None:
        while not self._abandoned:
            try:
                return self._chunks.get(timeout=1)
            except Empty:
                continue
        return None

    def _typed(self, chunks: Iterable[pa.RecordBatch]) -> pa.RecordBatchReader:
        self._connection.register("lines", pa.RecordBatchReader.from_batches(_LINES, chunks))
        return self._connection.sql(_rows_sql(self._received_at)).to_arrow_reader(_CHUNK_LINES)


def _up_to_a_large_one(chunks: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Chunks that one query reads; each query costs 4 ms, so that those of small calls should share one."""
    for chunk in chunks:
        yield chunk
        if chunk.num_rows < _CHUNK_LINES:
            return


def _batch_of(lines: list[tuple[int, int, int, bytes, bytes]]) -> pa.RecordBatch:
    *places, fingerprints, payloads = zip(*lines, strict=True)
    return pa.RecordBatch.from_arrays([*map(_numbers, places), _texts(fingerprints), _texts(payloads)], schema=_LINES)


# Arrays are made from buffers, since pa.array asks pandas, whose import takes 0.1 s.
def _numbers(values: Sequence[int]) -> pa.Array:
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(np.array(values, np.int64))])


def _texts(values: Sequence[bytes]) -> pa.Array:
    ends = np.cumsum([0, *map(len, values)], dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(values), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(values))])


def _rows_sql(received_at: datetime) -> str:
    """SQL of the rows of raw/calls from `lines`."""
    return (
        f"select *, {identity.identity('calls')} as identity, {identity.day('calls')} as day"
        f" from (select {typed_row('calls', received_at)}"
        f" from (select *, from_json(payload, '{json_structure('calls')}') as r from lines))"
    )
