"""The OpenAI client as labeling uses it. Importing it takes a second, so only what sends requests does.

The SDK brings authentication and errors; its own retries are off, since it repeats a POST after a timeout although the
first one may have been paid. Pre-encoded bytes over its aiohttp client cost about a fifth of the CPU time of its usual
`parse` call.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import openai

from analytics.labeling.reply import Reply

#: A body that is longer is cut: no label is that long.
_MAX_BODY_BYTES = 1 << 20
#: On a starved machine the usual 5 s fired at 512 connections.
_CONNECT_TIMEOUT_S = 30.0
#: Below what common servers keep a connection open for (5 s), or requests meet a closed one.
_KEEPALIVE_S = 4.0


class Client:
    """A `Transport` over one pool of connections; `timeout_s` covers a whole request."""

    def __init__(self, client: openai.AsyncOpenAI, timeout_s: float) -> None:
        self._client = client
        self._timeout_s = timeout_s

    async def post(self, body: bytes) -> Reply:
        """POST to /chat/completions; failures are replies, never exceptions."""
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.post("/chat/completions", cast_to=httpx2.Response, content=body)
        except openai.APIStatusError as error:
            return _reply(error.response)
        except (TimeoutError, openai.APITimeoutError):
            return Reply(None, {}, b"", "timeout")
        except openai.APIConnectionError as error:
            unreachable = isinstance(error.__cause__, httpx2.ConnectError)
            return Reply(None, {}, b"", "unreachable" if unreachable else "cut")
        return _reply(response)


def _reply(response: httpx2.Response) -> Reply:
    # a plain dict: every look-up in the client's own headers walks through all of them
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers.raw}
    return Reply(response.status_code, headers, response.content[:_MAX_BODY_BYTES])


@asynccontextmanager
async def open_client(base_url: str, api_key: str, *, connections: int, timeout_s: float) -> AsyncIterator[Client]:
    """A client for the length of one round of asking."""
    http_client = openai.DefaultAioHttpClient(
        timeout=httpx2.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_TIMEOUT_S)),
        limits=httpx2.Limits(
            max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=_KEEPALIVE_S
        ),
    )
    async with openai.AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=0, http_client=http_client) as client:
        yield Client(client, timeout_s)
