"""The files of a batch: a line per request in, a line per answer out, joined by `custom_id` and never by order."""

from collections.abc import Iterable
from typing import BinaryIO

import msgspec
from msgspec import Struct

from analytics.labeling.reply import Reply

#: Where the lines of a batch are posted to.
ENDPOINT = "/v1/chat/completions"
#: A body that is longer is cut: no label is that long.
_MAX_BODY_BYTES = 1 << 20


def custom_id(request_id: int, content: bytes) -> str:
    """The name of a request in the files: what was sent, and which attempt at it."""
    return f"{content.hex()[:32]}-{request_id}"


def request_line(name: str, body: bytes) -> bytes:
    """A line of the input file around the JSON body of a request."""
    start = msgspec.json.encode({"custom_id": name, "method": "POST", "url": ENDPOINT})
    return b'%b,"body":%b}\n' % (start[:-1], body)


class _Error(Struct):
    code: str | int | None = None


class _Response(Struct):
    status_code: int | None = None
    body: msgspec.Raw = msgspec.Raw(b"")


class _Name(Struct):
    custom_id: str


class _Line(Struct):
    response: _Response | None = None
    error: _Error | None = None


_name = msgspec.json.Decoder(_Name)
_line = msgspec.json.Decoder(_Line)
_text = msgspec.json.Decoder(str)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Places(Struct):
    """Where the answers of a batch stand in its files: byte offsets by `custom_id`.

    `twice` are names with more than one line: which of them holds is not to be guessed. `foreign` counts lines that
    name no request of the batch, or nothing that can be read.
    """

    offsets: dict[str, int]
    twice: set[str]
    foreign: int = 0


def places_of(lines: Iterable[bytes], names: frozenset[str]) -> Places:
    """Find the answers to the requests with these names."""
    places, offset = Places({}, set()), 0
    for line in lines:
        name = _name_of(line)
        if name in names:
            places.twice |= {name} & places.offsets.keys()
            places.offsets.setdefault(name, offset)
        elif line.strip():
            places.foreign += 1
        offset += len(line)
    return places


def _name_of(line: bytes) -> str:
    try:
        return _name.decode(line).custom_id
    except _UNREADABLE:
        return ""


def read_reply(file: BinaryIO, offset: int) -> Reply:
    """The answer that stands at an offset, as if it had come back for a POST."""
    file.seek(offset)
    return reply_of(file.readline())


def reply_of(line: bytes) -> Reply:
    """What a line of the output or error file says; without an HTTP status the request was not carried out."""
    try:
        said = _line.decode(line)
    except _UNREADABLE:
        return Reply(200, {}, b"")
    response = said.response
    if response is None or not response.status_code:
        code = said.error.code if said.error else None
        return Reply(None, {}, b"", str(code or "batch_error")[:100])
    return Reply(response.status_code, {}, _body(bytes(response.body))[:_MAX_BODY_BYTES])


def _body(raw: bytes) -> bytes:
    """The bytes of a response; some servers write its JSON into a string."""
    try:
        return _text.decode(raw).encode()
    except _UNREADABLE:
        return raw
