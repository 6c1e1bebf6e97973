"""What comes back for one POST, and who sends it."""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct


class Reply(Struct, frozen=True):
    """What came back; without an HTTP status nothing did, and `error` says timeout, cut or unreachable.

    Names of headers are in lower case. An unreachable server never got the request; after a timeout or a cut connection
    it may have been paid.
    """

    http_status: int | None
    headers: Mapping[str, str]
    body: bytes
    error: str | None = None


class Transport(Protocol):
    """Sends the body of one request."""

    async def post(self, body: bytes) -> Reply:
        """POST to /chat/completions; failures are replies, never exceptions."""
        ...
