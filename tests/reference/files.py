"""Section 5, files: which are read, what is inside them, which lines they hold."""

from __future__ import annotations

import hashlib
import stat
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import zstandard

from tests.reference.gate import Refused, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = (".jsonl", ".ndjson", ".json")
COMPRESSED = ("", ".gz", ".zst")
BLANK = b" \t\r"
BOM = b"\xef\xbb\xbf"
OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")


class Unreadable(Exception):
    """Nothing of the file is loaded."""


@dataclass(frozen=True)
class Line:
    number: int
    byte_offset: int
    content: bytes


@dataclass(frozen=True)
class LandedFile:
    name: str
    readable: bool
    content: bytes = b""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def landed_files(folder: Path) -> list[LandedFile]:
    """Every file of the folder by its relative path, in order; links and pipes are never opened."""
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            continue
        readable = stat.S_ISREG(mode) and _is_read(name)
        found.append(LandedFile(name, readable, path.read_bytes() if readable else b""))
    return sorted(found, key=lambda file: file.name)


def _is_read(name: str) -> bool:
    parts = name.split("/")
    if any(part.startswith(".") for part in parts):
        return False
    last = parts[-1].lower()
    return any(last.endswith(ending + compressed) for ending in NAMES for compressed in COMPRESSED)


def lines_of(content: bytes) -> list[Line]:
    """The rows of a file that holds at least one valid JSON object."""
    plain = _expanded(content)
    rows = list(_rows(plain))
    for row in rows:
        try:
            parse(row.content)
        except Refused:
            continue
        return rows
    raise Unreadable("not one valid JSON object")


def _rows(plain: bytes) -> Iterator[Line]:
    offset = 0
    for number, piece in enumerate(plain.split(b"\n"), 1):
        content = piece
        if number == 1 and content.startswith(BOM):
            content = content[len(BOM) :]
        content = content.removesuffix(b"\r")
        if content.strip(BLANK):
            yield Line(number, offset, content)
        offset += len(piece) + 1


def _expanded(content: bytes) -> bytes:
    if content.startswith(b"\x1f\x8b"):
        plain = _gunzip(content)
    elif content.startswith(b"\x28\xb5\x2f\xfd") or _is_skippable_frame(content):
        plain = _unzstd(content)
    else:
        plain = content
    if plain.startswith(OTHER_ENCODINGS) or plain.startswith(ARCHIVES) or plain[257:262] == b"ustar":
        raise Unreadable("archive or encoding that is not supported")
    return plain


def _is_skippable_frame(content: bytes) -> bool:
    return len(content) >= 4 and content[1:4] == b"\x2a\x4d\x18" and 0x50 <= content[0] <= 0x5F


def _gunzip(content: bytes) -> bytes:
    plain = bytearray()
    rest = content
    while rest.strip(b"\x00"):
        member = zlib.decompressobj(wbits=31)
        try:
            plain += member.decompress(rest)
        except zlib.error as error:
            raise Unreadable(str(error)) from error
        if not member.eof:
            raise Unreadable("truncated")
        rest = member.unused_data
        if not rest.startswith(b"\x1f\x8b") and rest.strip(b"\x00"):
            raise Unreadable("bytes behind the last member")
    return bytes(plain)


def _unzstd(content: bytes) -> bytes:
    plain = bytearray()
    rest = content
    while rest:
        if _is_skippable_frame(rest):
            size = 8 + int.from_bytes(rest[4:8], "little")
            if len(rest) < size:
                raise Unreadable("truncated")
            rest = rest[size:]
            continue
        frame = zstandard.ZstdDecompressor(max_window_size=2**31).decompressobj()
        try:
            plain += frame.decompress(rest)
        except zstandard.ZstdError as error:
            raise Unreadable(str(error)) from error
        if not frame.eof:
            raise Unreadable("truncated")
        rest = frame.unused_data
    return bytes(plain)
