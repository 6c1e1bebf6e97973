"""The OpenAI client as labeling uses it. Importing it takes a second, so only what sends requests does.

`AsyncOpenAI` brings the key, the headers and the pool of connections. Its methods are not used: they repeat a POST
after a timeout although the first one may have been paid, and they cost more CPU time than all the rest. Measured with
64 in flight, in multiples of raw aiohttp posting the same bytes: `chat.completions.parse` 38, `post(content=bytes)`
5.4, this 2.5.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate
from typing import cast

import aiohttp
import httpx2
import openai

from analytics.labeling.reply import Reply

#: A body that is longer is cut: no label is that long.
_MAX_BODY_BYTES = 1 << 20
#: On a starved machine the usual 5 s fired at 512 connections.
_CONNECT_TIMEOUT_S = 30.0
#: Below what common servers keep a connection open for (5 s), or requests meet a closed one.
_KEEPALIVE_S = 4.0
#: What the SDK tells of this machine by default; no answer needs it.
_UNSENT = {
    f"X-Stainless-{name}": cast("str", openai.Omit())
    for name in ("Lang", "Package-Version", "OS", "Arch", "Runtime", "Runtime-Version", "Async")
}


class Client:
    """A `Transport` over one pool of connections; `timeout_s` covers a whole request."""

    def __init__(self, http_client: httpx2.AsyncClient, client: openai.AsyncOpenAI, timeout_s: float) -> None:
        self._http_client = http_client
        self._url = client.base_url.join("chat/completions")
        headers = {**client.auth_headers, **client.default_headers}
        self._headers = {name: value for name, value in headers.items() if isinstance(value, str)}
        self._timeout_s = timeout_s

    async def post(self, body: bytes) -> Reply:
        """POST to /chat/completions; failures are replies, never exceptions."""
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._http_client.post(self._url, content=body, headers=self._headers)
        except TimeoutError:
            return Reply(None, {}, b"", "timeout")
        except httpx2.RequestError as error:
            return Reply(None, {}, b"", _failure(error.__cause__))
        except (aiohttp.ClientError, httpx2.InvalidURL):  # headers that are too long, a redirect to nowhere
            return Reply(None, {}, b"", "cut")
        # a plain dict: every look-up in the client's own headers walks through all of them
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers.raw}
        # by RFC 9110, 6.6.1, the moment of receipt stands in for a missing Date: Retry-After may be counted from it
        headers.setdefault("date", formatdate(usegmt=True))
        return Reply(response.status_code, headers, response.content[:_MAX_BODY_BYTES])


def _failure(cause: BaseException | None) -> str:
    """What went wrong, by aiohttp's own error: the SDK's transport calls even a cut connection a connect timeout."""
    if isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return "unreachable"
    return "timeout" if isinstance(cause, TimeoutError) else "cut"


@asynccontextmanager
async def open_client(base_url: str, api_key: str, *, connections: int, timeout_s: float) -> AsyncIterator[Client]:
    """A client for the length of one round of asking."""
    http_client = openai.DefaultAioHttpClient(
        timeout=httpx2.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_TIMEOUT_S)),
        limits=httpx2.Limits(
            max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=_KEEPALIVE_S
        ),
    )
    client = openai.AsyncOpenAI(
        base_url=base_url, api_key=api_key, max_retries=0, http_client=http_client, default_headers=_UNSENT
    )
    async with client:
        yield Client(http_client, client, timeout_s)
