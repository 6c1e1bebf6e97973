"""`python -m benchmarks.asking raw|labeling BASE_URL CALLS`: post about so many calls, 64 at a time.

`raw` posts the same bytes with aiohttp alone and reads the answers; `labeling` is all that a run does: build the
request, journal it, post it, judge the answer and journal that.
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
from analytics.labeling.interface import Conversation, SpokenTurn
from analytics.labeling.remote import RemoteLabeler, Run, prompt_for
from analytics.settings import Labeling

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


def raw(base_url: str, calls: int) -> None:
    """Post the same bytes with aiohttp alone."""
    prompt = prompt_for(Labeling(model="benchmark"))
    form = prompt.form()
    bodies = (form.body(prompt.message(call).text, 1024) for call in conversations(calls))
    asyncio.run(_post_all(f"{base_url}/chat/completions", bodies))


async def _post_all(url: str, bodies: Iterator[bytes]) -> None:
    connector = aiohttp.TCPConnector(limit=_WORKERS)
    headers = {"content-type": "application/json", "authorization": "Bearer key"}

    async def work(session: aiohttp.ClientSession) -> None:
        for body in bodies:
            async with session.post(url, data=body, headers=headers) as response:
                await response.read()

    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        for _ in range(_WORKERS):
            group.create_task(work(session))


if __name__ == "__main__":
    {"raw": raw, "labeling": labeling}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
