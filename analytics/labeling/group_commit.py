"""Group commit: what all workers have to write goes into one commit, so that durability is cheap.

Records are written in the order in which they came. A worker waits for its `Sent` before it posts, so by then its last
answer is on the disk too: a kill loses the requests in flight and nothing else. A commit that failed fails all that
comes after it, so no request goes out whose answer could not be kept.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from analytics.labeling.journal import Journal
from analytics.labeling.journal_records import Record


class GroupCommit:
    """Queues records for the journal; use `group_commit(journal)`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[tuple[Record, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._failure: Exception | None = None

    def add(self, record: Record) -> asyncio.Future[None]:
        """Queue a record; the future is done once it is on the disk, and fails if it cannot be."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((record, written))
        self._wake.set()
        return written

    async def _write(self, disk: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting or not self._closing:
            await self._wake.wait()
            self._wake.clear()
            group, self._waiting = self._waiting, []
            try:
                if self._failure is None:
                    await loop.run_in_executor(disk, self._journal.write, [record for record, _ in group])
            except Exception as error:  # noqa: BLE001 (whatever stopped the disk is every waiting worker's failure)
                self._failure = error
            if self._failure is not None:
                _fail(group, self._failure)
            else:
                for _, written in group:
                    if not written.done():
                        written.set_result(None)

    async def _close(self, writer: asyncio.Task[None]) -> None:
        self._closing = True
        self._wake.set()
        await writer


def _fail(group: list[tuple[Record, asyncio.Future[None]]], error: Exception) -> None:
    for _, written in group:
        if not written.done():
            written.set_exception(error)
            written.exception()  # some futures have nobody who waits


@asynccontextmanager
async def group_commit(journal: Journal) -> AsyncIterator[GroupCommit]:
    """A writer for the length of one run of workers; on leaving, everything queued is on the disk.

    Raises:
        Exception: what stopped the disk, although nobody waited for the records that it lost.
    """
    commits = GroupCommit(journal)
    with ThreadPoolExecutor(1, "journal") as disk:
        writer = asyncio.create_task(commits._write(disk))
        try:
            yield commits
        finally:
            await commits._close(writer)
    if commits._failure is not None:
        raise commits._failure
