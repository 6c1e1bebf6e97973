"""Writes the landing folder: one file per stream and day, staged under a dot-name and renamed when whole."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Final, Literal, Self, cast

import zstandard

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path
    from random import Random
    from types import TracebackType

Stream = Literal["calls", "events", "surveys", "cases"]

STREAMS: Final[tuple[Stream, ...]] = ("calls", "events", "surveys", "cases")
_ZSTD_LEVEL: Final = 3
_CHUNK_LINES: Final = 128
_ONE_DAY: Final = timedelta(days=1)


class LineFile:
    """One JSON Lines file that appears under its name only when it is complete."""

    def __init__(self, path: Path, *, compress: bool) -> None:
        self.path = path
        self.lines = 0
        self._stage = path.with_name(f".{path.name}.part")
        self._raw = self._stage.open("wb")
        self._sink = self._raw if not compress else _compressed(self._raw)
        self._chunk: list[bytes] = []

    def write(self, line: bytes) -> None:
        """Add one line, given without its end."""
        self._chunk.append(line)
        if len(self._chunk) >= _CHUNK_LINES:
            self._flush()

    def publish(self) -> int:
        """Finish the file and return its size in bytes."""
        self._flush()
        self._sink.close()
        self._raw.close()
        self._stage.replace(self.path)
        return self.path.stat().st_size

    def discard(self) -> None:
        """Remove what is unfinished; a published file stays."""
        self._raw.close()
        self._stage.unlink(missing_ok=True)

    def _flush(self) -> None:
        if self._chunk:
            self.lines += len(self._chunk)
            self._chunk.append(b"")
            self._sink.write(b"\n".join(self._chunk))
            self._chunk.clear()


class Landing:
    """The files of the current day, from `first_day` on, and the lines that wait for later ones."""

    def __init__(self, out: Path, *, first_day: date, last_day: date, rng: Random, compress: bool) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self._out = out
        self._day = first_day
        self._last_day = last_day
        self._rng = rng
        self._compress = compress
        self._calls = self._file("calls", first_day)
        self._waiting: defaultdict[tuple[Stream, date], list[bytes]] = defaultdict(list)
        self.lines = 0
        self.files = 0
        self.size_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._calls.discard()

    def write_call(self, line: bytes) -> None:
        """Write a line of today's calls."""
        self._calls.write(line)

    def keep(self, stream: Stream, day: date, line: bytes) -> None:
        """Keep a line for the file of its day, or for the nearest day that is still to be written."""
        day = max(self._day, min(day, self._last_day))
        if stream == "calls" and day == self._day:
            self.write_call(line)
        else:
            self._waiting[stream, day].append(line)

    def end_day(self) -> None:
        """Publish the day's files and start the next day; lines of the log form are shuffled."""
        self._publish(self._calls)
        for stream in STREAMS[1:]:
            lines = self._waiting.pop((stream, self._day), [])
            if stream == "events":
                self._rng.shuffle(lines)
            if lines:
                self._write_whole(stream, lines)
        if self._day < self._last_day:
            self._start_next_day()

    def _start_next_day(self) -> None:
        self._day += _ONE_DAY
        self._calls = self._file("calls", self._day)
        for line in self._waiting.pop(("calls", self._day), ()):
            self._calls.write(line)

    def _write_whole(self, stream: Stream, lines: list[bytes]) -> None:
        file = self._file(stream, self._day)
        for line in lines:
            file.write(line)
        self._publish(file)

    def _file(self, stream: Stream, day: date) -> LineFile:
        suffix = ".jsonl.zst" if self._compress else ".jsonl"
        return LineFile(self._out / f"{stream}-{day}{suffix}", compress=self._compress)

    def _publish(self, file: LineFile) -> None:
        self.size_bytes += file.publish()
        self.lines += file.lines
        self.files += 1


def _compressed(raw: IO[bytes]) -> IO[bytes]:
    writer = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).stream_writer(raw, closefd=False)
    return cast("IO[bytes]", writer)
