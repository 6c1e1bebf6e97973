"""A server of the tests: answers like an OpenAI-compatible one, and fails on demand where no real server does.

What happens to a call is said in the call itself: the word `fault:<kind>` in any turn, else it is answered well. `once` after
the kind (`fault:500:once`) fails the first POST only. Every POST that got an answer with usage is in the payment ledger.
"""

import asyncio
import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

_DOCUMENT = re.compile(r"<call-(\w+)>\n(.*)\n</call-\1>", re.DOTALL)
_FAULT = re.compile(r"fault:(\w+)(:once)?")
LIMIT_HEADERS = {"x-ratelimit-remaining-requests": "1000", "x-ratelimit-reset-requests": "1ms"}


class FaultServer:
    """Runs in a thread of its own on an ephemeral port of the loopback interface; use `fault_server()`."""

    def __init__(self, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s
        self.received: Counter[str] = Counter()
        self.paid: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self._port = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def start(self) -> None:
        self._thread.start()
        assert self._started.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._open())
        self._started.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._runner.cleanup())
        self._loop.close()

    async def _open(self) -> None:
        app = web.Application(client_max_size=1 << 24)
        self.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/v1/chat/completions", self._answer)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._reply(request)
        finally:
            self.in_flight -= 1

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        asked = json.loads(await request.read())
        self.bodies.append(asked)
        message = asked["messages"][-1]["content"]
        key = hashlib.sha256(message.encode()).hexdigest()
        self.received[key] += 1
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        match = _DOCUMENT.search(message)
        assert match is not None
        fault = _FAULT.search(match[2])
        kind = fault[1] if fault and not (fault[2] and self.received[key] > 1) else "none"
        reply = await self._faulty(kind, request, asked, json.loads(match[2]))
        if reply.status == 200 and kind not in ("html", "cut", "headers", "hang"):
            self.paid[key] += 1
        return reply

    async def _faulty(
        self, kind: str, request: web.Request, asked: dict[str, Any], call: dict[str, Any]
    ) -> web.StreamResponse:
        match kind:
            case "hang":
                await asyncio.sleep(60)
            case "cut":
                assert request.transport is not None
                request.transport.close()
            case "html":
                return web.Response(text="<html>proxy</html>", content_type="text/html")
            case "429":
                error = {"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}}
                return web.json_response(error, status=429, headers={"Retry-After": "0.05"})
            case "quota":
                error = {"error": {"message": "pay", "type": "insufficient_quota", "code": "insufficient_quota"}}
                return web.json_response(error, status=429)
            case "400" | "401" | "500":
                return web.json_response({"error": {"message": "no", "code": None}}, status=int(kind))
            case "empty":
                return web.json_response(completion(asked, None) | {"choices": []})
            case "headers":
                return web.json_response(completion(asked, answer(call)), headers={"X-Long": "x" * 9000})
            case "deep":
                return web.Response(text='{"choices": ' + "[" * 9000, content_type="application/json")
        return web.json_response(completion(asked, answer(call, kind), kind), headers=LIMIT_HEADERS)


def answer(call: dict[str, Any], kind: str = "none") -> dict[str, Any]:
    """A good answer about a call, spoiled in one place as `kind` says."""
    turn = next(turn for turn in call["turns"] if "text" in turn)
    said = {
        "evidence": [{"seq": turn["seq"], "quote": turn["text"][:40]}],
        "sentiment_start": "neutral",
        "sentiment": "positive",
        "outcome": "resolved",
        "resolved_probability": 0.9,
        "nps_predicted": 8,
        "positive_probability": 0.8,
        "topic": "appointment",
        "injection_suspected": False,
    }
    spoiled: dict[str, dict[str, Any]] = {
        "label": {"outcome": "splendid"},
        "extra": {"confidence": 1},
        "quote": {"evidence": [{"seq": turn["seq"], "quote": "nobody said this"}]},
        "turn": {"evidence": [{"seq": 999, "quote": turn["text"]}]},
        "range": {"positive_probability": 1.5},
        "nps": {"nps_predicted": 11},
    }
    said |= spoiled.get(kind, {})
    if kind == "missing":
        del said["topic"]
    return said


def completion(asked: dict[str, Any], said: dict[str, Any] | None, kind: str = "none") -> dict[str, Any]:
    """A chat completion around an answer."""
    message: dict[str, Any] = {"role": "assistant", "content": json.dumps(said), "refusal": None}
    if kind == "refusal":
        message = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
    if kind == "prose":
        message["content"] = "Sure! Here is the label: " + message["content"]
    reasons = {"length": "length", "filter": "content_filter", "tool": "tool_calls"}
    choice = {"index": 0, "message": message, "finish_reason": reasons.get(kind, "stop")}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": asked["model"] + "-2026-09-01",
        "service_tier": "default",
        "choices": [choice] * (2 if kind == "two" else 1),
        "usage": {
            "prompt_tokens": 10**22 if kind == "huge" else len(asked["messages"][-1]["content"].encode()) // 4 + 1000,
            "completion_tokens": 100,
            "total_tokens": 0,
            "prompt_tokens_details": {"cached_tokens": 500},
        },
    }


@contextmanager
def fault_server(delay_s: float = 0.0) -> Iterator[FaultServer]:
    """A running server; it ends with the block."""
    server = FaultServer(delay_s)
    server.start()
    try:
        yield server
    finally:
        server.stop()
