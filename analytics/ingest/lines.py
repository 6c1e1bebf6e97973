"""Physical lines of a byte stream: where each starts, and a bound on how long one may be."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

MAX_LINE_BYTES = 16 << 20
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
    for number, offset, piece in _physical(chunks):
        content = piece.removesuffix(b"\r")
        if number == 1:
            content = content.removeprefix(_BOM)
        if content.strip(_WHITE_SPACE):
            yield Line(number, offset, content[:MAX_LINE_BYTES], len(content) <= MAX_LINE_BYTES)


def _physical(chunks: Iterable[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Number, offset and bytes of each line up to its LF; of a longer one a few bytes more than the limit."""
    number, offset = 1, 0
    rest, rest_bytes = bytearray(), 0  # rest is cut at the limit, rest_bytes is not
    for chunk in chunks:
        *ended, last = chunk.split(b"\n")
        for piece in ended:
            if rest_bytes:
                _extend(rest, piece)
                rest_bytes += len(piece)
                yield number, offset, bytes(rest)
                offset += rest_bytes + 1
                rest, rest_bytes = bytearray(), 0
            else:
                yield number, offset, piece
                offset += len(piece) + 1
            number += 1
        _extend(rest, last)
        rest_bytes += len(last)
    if rest_bytes:
        yield number, offset, bytes(rest)


def _extend(rest: bytearray, piece: bytes) -> None:
    rest += piece[: _KEPT_BYTES - len(rest)]
