"""Bytes of a landed file, decompressed by content, in bounded memory, with its integrity checked to the last byte."""

import errno
import io
import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import zstandard

CHUNK_BYTES = 1 << 20
#: One KiB of zstd holds at most 256 run-length blocks of 128 KiB: 32 MiB is the most one step can expand to.
ZSTD_STEP_BYTES = 1 << 10

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = tuple(bytes([0x50 + i]) + b"\x2a\x4d\x18" for i in range(16))
_ARCHIVES = {
    b"PK\x03\x04": "a zip archive",
    b"PK\x05\x06": "an empty zip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"Rar!": "a rar archive",
    b"\x04\x22\x4d\x18": "lz4",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
    _GZIP: "compressed twice (gzip)",
    _ZSTD: "compressed twice (zstd)",
}
_ENCODINGS = {b"\xff\xfe": "UTF-16 or UTF-32", b"\xfe\xff": "UTF-16", b"\x00\x00\xfe\xff": "UTF-32"}


class UnreadableError(Exception):
    """The whole file cannot be read; nothing of it may be loaded. `code` is for counting."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def open_regular(path: Path) -> io.BufferedReader:
    """Open a file to read it; never what a link points to, and never a pipe, which would wait for its writer.

    Raises:
        OSError: it is gone, may not be read, or is no regular file (any more).
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def decompressed(handle: BinaryIO) -> Iterator[bytes]:
    """Chunks of a file's content from its start; compression is told by its first bytes, never by its name.

    Raises:
        UnreadableError: checksum failed, stream truncated, bytes behind the last gzip member, or an archive or
            encoding that is not read. Raised at the latest after the last chunk, so load nothing before the end.
    """
    handle.seek(0)
    head = handle.read(4)
    handle.seek(0)
    if head.startswith(_GZIP):
        yield from _checked(_gunzipped(handle))
    elif head == _ZSTD or head in _ZSTD_SKIPPABLE:
        yield from _checked(_unzstd(handle))
    else:
        yield from _checked(iter(lambda: handle.read(CHUNK_BYTES), b""))


def _checked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks, after a look at the first bytes for content that is no text."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= 512:
            break
    _refuse_foreign(head)
    if head:
        yield head
    yield from chunks


def _refuse_foreign(head: bytes) -> None:
    for magic, name in _ARCHIVES.items():
        if head.startswith(magic):
            reason = f"the content is {name}; deliver JSON Lines, plain, gzip or zstd"
            raise UnreadableError("unsupported_archive", reason)
    if head[257:262] == b"ustar":
        raise UnreadableError("unsupported_archive", "the content is a tar archive; deliver its files one by one")
    for magic, name in _ENCODINGS.items():
        if head.startswith(magic):
            raise UnreadableError("unsupported_encoding", f"the content is {name}; deliver UTF-8")


def _gunzipped(handle: BinaryIO) -> Iterator[bytes]:
    data = handle.read(CHUNK_BYTES)
    while data:
        if not data.startswith(_GZIP[: len(data)]):
            return _refuse_tail(data, handle)
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            if not data:
                raise UnreadableError("truncated_stream", "the gzip stream ends too early; deliver the file again")
            try:
                yield member.decompress(data, CHUNK_BYTES)
            except zlib.error as error:
                raise UnreadableError("corrupt_stream", f"the gzip stream is damaged: {error}") from error
            data = member.unconsumed_tail or (b"" if member.eof else handle.read(CHUNK_BYTES))
        data = member.unused_data or handle.read(CHUNK_BYTES)
        if len(data) == 1:
            data += handle.read(CHUNK_BYTES)
    return None


def _refuse_tail(data: bytes, handle: BinaryIO) -> None:
    while data:
        if data.strip(b"\x00"):
            raise UnreadableError("corrupt_stream", "bytes that are no gzip stand behind the last member")
        data = handle.read(CHUNK_BYTES)


def _unzstd(handle: BinaryIO) -> Iterator[bytes]:
    frame = zstandard.ZstdDecompressor().decompressobj()
    started = False
    while data := handle.read(ZSTD_STEP_BYTES):
        while data:
            try:
                yield frame.decompress(data)
            except zstandard.ZstdError as error:
                raise UnreadableError("corrupt_stream", f"the zstd stream is damaged: {error}") from error
            started = not frame.eof
            data = frame.unused_data
            if frame.eof:
                frame = zstandard.ZstdDecompressor().decompressobj()
    if started:
        raise UnreadableError("truncated_stream", "the zstd stream ends too early; deliver the file again")
