"""`python -m benchmarks.asking bodies|raw|client|labeling BASE_URL CALLS`: post about so many calls, 64 at a time.

`bodies` only makes the bytes; `raw` posts them with aiohttp alone, `client` with the client of the labeler. `labeling`
is all that a run does: build the request, journal it, post it, judge the answer and journal that.
"""

import asyncio
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from analytics.labeling.backlog import Candidate
from analytics.labeling.client import open_client
from analytics.labeling.interface import Conversation, SpokenTurn
from analytics.labeling.remote import RemoteLabeler, Run, prompt_for
from analytics.sections import Labeling

_WORKERS = 64
_WORDS = ("appointment", "billing", "please", "account", "tomorrow", "number", "confirm", "waiting", "delivery")


def conversations(calls: int) -> Iterator[Conversation]:
    """Calls of about 3 KB of speech, all different."""
    chance = random.Random(7)
    for number in range(calls):
        turns = tuple(
            SpokenTurn(seq, "agent" if seq % 2 else "caller", f"{number} " + " ".join(chance.choices(_WORDS, k=18)))
            for seq in range(19)
        )
        yield Conversation(f"c-{number}", "phone", "en", "billing", "customer_hangup", "none", False, turns, ())


def bodies(calls: int) -> Iterator[bytes]:
    """The bytes of their requests."""
    prompt = prompt_for(Labeling(model="benchmark"))
    form = prompt.form()
    return (form.body(prompt.message(call).text, 1024) for call in conversations(calls))


async def raw(base_url: str, calls: int) -> None:
    """Post with aiohttp alone."""
    made = bodies(calls)
    headers = {"content-type": "application/json", "authorization": "Bearer key"}

    async def work(session: aiohttp.ClientSession) -> None:
        for body in made:
            async with session.post(f"{base_url}/chat/completions", data=body, headers=headers) as response:
                await response.read()

    connector = aiohttp.TCPConnector(limit=_WORKERS)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        for _ in range(_WORKERS):
            group.create_task(work(session))


async def client(base_url: str, calls: int) -> None:
    """Post with the labeler's client."""
    made = bodies(calls)
    async with open_client(base_url, "key", connections=_WORKERS, timeout_s=60) as opened, asyncio.TaskGroup() as group:

        async def work() -> None:
            for body in made:
                await opened.post(body)

        for _ in range(_WORKERS):
            group.create_task(work())


def labeling(base_url: str, calls: int) -> None:
    """Ask about all calls with the labeler."""
    settings = Labeling(labeler="openai", model="benchmark", base_url=base_url, concurrency=_WORKERS)
    with tempfile.TemporaryDirectory() as folder:
        run = Run("benchmark", datetime(2026, 11, 25, tzinfo=UTC), None)
        labeler = RemoteLabeler(settings, prompt_for(settings), Path(folder) / "labels.sqlite", run, "key")
        counts = labeler.ask(Candidate(call) for call in conversations(calls))
    if counts["ok"] != calls:
        msg = f"not every call was labelled: {counts}"
        raise RuntimeError(msg)


def main(what: str, base_url: str, calls: str) -> None:
    """Do one of the four."""
    match what:
        case "bodies":
            sum(len(body) for body in bodies(int(calls)))
        case "raw":
            asyncio.run(raw(base_url, int(calls)))
        case "client":
            asyncio.run(client(base_url, int(calls)))
        case "labeling":
            labeling(base_url, int(calls))


if __name__ == "__main__":
    main(*sys.argv[1:])
