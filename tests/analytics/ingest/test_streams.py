"""Landed bytes: decompressed by content, whole or not at all."""

import gzip
import os
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from analytics.ingest.lines import MAX_LINE_BYTES, Line, rows
from analytics.ingest.streams import UnreadableError, decompressed, open_regular


def gz(content: bytes) -> bytes:
    """Compressed without the time, so that all workers see the same bytes."""
    return gzip.compress(content, mtime=0)


LINES = b'{"a":1}\n{"b":2}\n'
ZSTD = zstandard.ZstdCompressor(write_checksum=True).compress
SKIPPABLE = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"


def content_of(file: Path) -> list[bytes]:
    with file.open("rb") as handle:
        return list(decompressed(handle))


@pytest.mark.parametrize(
    "content",
    [
        LINES,
        gz(LINES),
        gz(LINES[:5]) + gz(b"") + gz(LINES[5:]),
        gz(LINES) + b"\x00" * 700,
        ZSTD(LINES),
        ZSTD(LINES[:5]) + ZSTD(LINES[5:]),
        SKIPPABLE + ZSTD(LINES),
        ZSTD(LINES) + SKIPPABLE,
    ],
    ids=["plain", "gzip", "members", "padded", "zstd", "frames", "skippable first", "skippable last"],
)
def test_content_decides_how_a_file_is_read(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(content)
    assert b"".join(content_of(file)) == LINES


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gz(LINES)[:-3], "truncated_stream"),
        (gz(LINES)[:-8] + b"\x00" * 8, "corrupt_stream"),
        (gz(LINES) + b"\x00\x00junk", "corrupt_stream"),
        (gz(LINES) + LINES, "corrupt_stream"),
        (gz(gz(LINES)), "unsupported_archive"),
        (ZSTD(LINES)[:-2], "truncated_stream"),
        (ZSTD(LINES)[:-1] + b"\x00", "corrupt_stream"),
        (ZSTD(LINES) + b"junk", "corrupt_stream"),
        (b"PK\x03\x04" + LINES, "unsupported_archive"),
        (b"\x00" * 257 + b"ustar" + LINES, "unsupported_archive"),
        (b"BZh9" + LINES, "unsupported_archive"),
        ("\ufeff{}".encode("utf-16-le"), "unsupported_encoding"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_with_a_code(content: bytes, code: str, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(content)
    with pytest.raises(UnreadableError) as refused:
        b"".join(content_of(file))
    assert refused.value.code == code


def test_only_a_regular_file_is_opened_and_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    file, link, pipe = tmp_path / "x.jsonl", tmp_path / "link.jsonl", tmp_path / "pipe.jsonl"
    file.write_bytes(LINES)
    link.symlink_to(file)
    os.mkfifo(pipe)
    with open_regular(file) as handle:
        assert handle.read() == LINES
    for other in (link, pipe, tmp_path, tmp_path / "gone.jsonl"):
        with pytest.raises(OSError, match=str(other)):
            open_regular(other)


@pytest.mark.parametrize("compress", [gz, ZSTD], ids=["gzip", "zstd"])
def test_a_bomb_comes_in_pieces_that_fit_in_memory(compress, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "bomb.jsonl"
    file.write_bytes(compress(b" " * (300 << 20)))
    assert max(map(len, content_of(file))) <= 33 << 20


def numbered(chunks: Iterable[bytes]) -> list[tuple[int, int, bytes]]:
    return [(line.number, line.byte_offset, line.content) for line in rows(chunks)]


def test_lines_are_numbered_from_one_and_blank_ones_count() -> None:
    text = b'\xef\xbb\xbf{"a":1}\r\n\n \t\r\n{"b":2}\r'
    assert numbered([text]) == [(1, 0, b'{"a":1}'), (4, 17, b'{"b":2}')]


@given(text=st.binary(max_size=40), cuts=st.lists(st.integers(0, 40), max_size=5))
def test_where_a_stream_is_cut_into_chunks_changes_nothing(text: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    chunks = [text[start:end] for start, end in pairwise(places)]
    assert numbered(chunks) == numbered([text])


@given(text=st.binary(max_size=60))
def test_every_line_starts_where_it_says(text: bytes) -> None:
    for _, offset, content in numbered([text]):
        assert text[offset:].removeprefix(b"\xef\xbb\xbf" if offset == 0 else b"").startswith(content)


def test_a_line_beyond_16_mib_is_cut_and_the_next_one_is_found() -> None:
    chunks = [b"x" * MAX_LINE_BYTES, b"y" * 10, b"\nz"]
    long, short = rows(chunks)
    assert (long.complete, len(long.content)) == (False, MAX_LINE_BYTES)
    assert short == Line(2, MAX_LINE_BYTES + 11, b"z")


@pytest.mark.parametrize(
    ("end", "complete"), [(b"\n", True), (b"\r\n", True), (b"x\n", False), (b"x\r\n", False), (b"", True)]
)
def test_the_limit_counts_neither_bom_nor_line_end(end: bytes, complete: bool) -> None:
    (line,) = rows([b"\xef\xbb\xbf" + b"x" * MAX_LINE_BYTES + end])
    assert (line.complete, len(line.content)) == (complete, MAX_LINE_BYTES)
