"""Physical lines of a byte stream: where each starts, and a bound on how long one may be."""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_LINE_BYTES = 16 << 20
#: Lines are cut by the reader's own readline, which takes a fifth of the time of splitting chunks.
_BUFFER_BYTES = 256 << 10
_KEPT_BYTES = MAX_LINE_BYTES + 5  # a BOM, a CR, and one byte that shows that there was more
_BOM = b"\xef\xbb\xbf"
_WHITE_SPACE = b" \t\r"


class Line(Struct, frozen=True):
    """One physical line that is a row: `content` has no line end; `complete` is false beyond 16 MiB."""

    number: int
    byte_offset: int
    content: bytes
    complete: bool = True

    def begins_object(self) -> bool:
        """Whether the value of the line can be an object at all."""
        return self.content.lstrip(_WHITE_SPACE).startswith(b"{")


def rows(chunks: Iterable[bytes]) -> Iterator[Line]:
    """Lines that are not only white space; numbers start at 1 and count blank lines too.

    A line ends by LF or by the end of the stream, and a CR before the LF is dropped. A BOM at the start of the file
    is stripped; offsets count it. Of a line beyond the limit only the first 16 MiB are kept.
    """
    stream = io.BufferedReader(_Chunks(iter(chunks)), _BUFFER_BYTES)
    for number, offset, piece in _physical(stream):
        content = piece.removesuffix(b"\n").removesuffix(b"\r")
        if number == 1:
            content = content.removeprefix(_BOM)
        if content.strip(_WHITE_SPACE):
            yield Line(number, offset, content[:MAX_LINE_BYTES], len(content) <= MAX_LINE_BYTES)


def _physical(stream: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Number, offset and bytes of each line with its LF; of a longer one a few bytes more than the limit."""
    number, offset = 1, 0
    while piece := stream.readline(_KEPT_BYTES):
        yield number, offset, piece
        number += 1
        offset += len(piece)
        while not piece.endswith(b"\n") and (piece := stream.readline(_KEPT_BYTES)):
            offset += len(piece)


class _Chunks(io.RawIOBase):
    """A stream of what an iterator yields."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """The only thing that it is."""
        return True

    def readinto(self, target: "WriteableBuffer", /) -> int:
        """Fill `target`; 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        view = memoryview(target)
        taken = min(len(view), len(self._rest))
        view[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken
