"""Into exactly one batch: what is known of a batch between the moment it is written down and the server's word for it.

A batch that is written down and has no step may have been created: the answer was lost, or the process was killed. It
is looked for at the server, by the key in its metadata. One that is not there is created only when it would be listed
by now if it had been created, and only with a key that sees its file: another project's key sees neither file nor
batch. Until then its calls are `pending`.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from analytics.errors import LabelingStopped
from analytics.labeling.batch_server import BatchRefused, BatchServer, NoAnswer, RemoteBatch
from analytics.labeling.budget import stamp
from analytics.labeling.journal import Journal
from analytics.labeling.journal_records import Answered, Batch, BatchStep
from analytics.labeling.judging import failure_of
from analytics.labeling.prices import TokenPrices
from analytics.labeling.reply import Reply

#: A server that takes longer to list what it has created is not known; a request does not travel longer, either.
LISTED_AFTER = timedelta(minutes=2)
#: A batch ends within a day; the rest of the week is there to correct a key.
GIVEN_UP_AFTER = timedelta(days=7)


class BatchTerms(Struct, frozen=True):
    """How to submit; `now` is when the command began, `started_s` the same by `clock_s`.

    `folder` holds the file that is being written; `patience_s` is how long a batch is looked for whose creation was not
    answered.
    """

    run_id: str
    now: str
    base_url: str
    prices: TokenPrices | None
    room_nano_usd: int | None
    max_requests: int
    max_bytes: int
    folder: Path
    started_s: float
    patience_s: float = 10.0
    sleep: Callable[[float], None] = time.sleep
    clock_s: Callable[[], float] = time.monotonic

    def moment(self) -> str:
        """Now: writing the files of a backlog takes a while."""
        return stamp(datetime.fromisoformat(self.now) + timedelta(seconds=self.clock_s() - self.started_s))

    def age_of(self, batch: Batch) -> timedelta:
        """How long before this command a batch was written down."""
        return datetime.fromisoformat(self.now) - datetime.fromisoformat(batch.created_at)


def create_batch(batch: Batch, journal: Journal, server: BatchServer, terms: BatchTerms) -> None:
    """Create a batch that is written down.

    Raises:
        LabelingStopped: the server refuses it, or does not say whether it created it.
    """
    try:
        created = server.create(batch)
    except BatchRefused as refusal:
        _give_back(journal, batch, refusal.code, terms.now)
        raise LabelingStopped(
            f"the server refused a batch ({refusal.code}): nothing of it is paid and its calls are asked about again;"
            " correct what it names, or ask without batches"
        ) from None
    except NoAnswer as failure:
        found = _look_for(batch, server, terms)
        if found is None:
            raise LabelingStopped(
                f"the server did not say whether it created a batch ({failure}): run `classify --submit` or --collect"
                f" again in {_minutes(LISTED_AFTER)}; the batch is looked for first, and its calls are not sent"
                " meanwhile"
            ) from None
        created = found
    _note(journal, batch, created, terms)


def decide_batches(journal: Journal, server: BatchServer, terms: BatchTerms) -> list[str]:
    """Find out about every batch of which nobody knows whether it was created; returns what is still open, and why.

    Raises:
        LabelingStopped: the server refuses, or does not answer.
    """
    unknown = [open_batch.batch for open_batch in journal.open_batches() if open_batch.remote_id is None]
    return [problem for batch in unknown for problem in _decide(batch, journal, server, terms)]


def _decide(batch: Batch, journal: Journal, server: BatchServer, terms: BatchTerms) -> Iterator[str]:
    if batch.base_url != terms.base_url:
        yield elsewhere(batch)
        return
    with _told():
        found = server.find(batch)
        has_file = found is not None or server.has_file(batch.input_file_id)
    if found is not None:
        _note(journal, batch, found, terms)
    elif not has_file and terms.age_of(batch) > GIVEN_UP_AFTER:
        lost = give_up(journal, batch, None, terms.now)
        yield (
            f"nobody knows whether a batch of {len(lost)} calls was created, and it is given up:"
            " `classify --retry error` asks about its calls again, and may pay again"
        )
    elif not has_file:
        yield (
            "nobody knows whether a batch was created, and its file is not visible to this key: set OPENAI_API_KEY to a"
            " key of the project that submitted it, and run again; its calls are not sent meanwhile"
        )
    elif terms.age_of(batch) < LISTED_AFTER:
        left = _minutes(LISTED_AFTER - terms.age_of(batch))
        yield (
            f"nobody knows yet whether a batch was created: run `classify --submit` or --collect again in {left};"
            " its calls are not sent meanwhile"
        )
    else:
        create_batch(batch, journal, server, terms)


def give_up(journal: Journal, batch: Batch, remote_id: str | None, now: str) -> list[Answered]:
    """End a batch that nobody has any more: its calls may have been paid, so only a retry asks again."""
    gone = Reply(None, {}, b"", "batch_gone")
    lost = [
        failure_of(one.request_id, gone, now=now, final=True)
        for one in journal.batched_requests(batch.batch_key)
        if not one.is_answered
    ]
    journal.write([*lost, BatchStep(batch.batch_key, "collected", remote_id, now)])
    return lost


def elsewhere(batch: Batch) -> str:
    """What to do about a batch at another server."""
    return f"a batch is at {batch.base_url}: set labeling.base_url to it and collect"


def _look_for(batch: Batch, server: BatchServer, terms: BatchTerms) -> RemoteBatch | None:
    """The batch at the server; it may still be on its way there, so one that is not found is waited for."""
    waited_s = 0.0
    with _told():
        while (found := server.find(batch)) is None and waited_s < terms.patience_s:
            terms.sleep(1.0)
            waited_s += 1.0
    return found


@contextmanager
def _told() -> Iterator[None]:
    """A server that does not tell what it has stops the command."""
    try:
        yield
    except (BatchRefused, NoAnswer) as failure:
        raise LabelingStopped(
            f"the server does not list its batches ({failure}), so nobody knows whether one was created: run again;"
            " its calls are not sent meanwhile"
        ) from None


def _minutes(duration: timedelta) -> str:
    whole = math.ceil(duration / timedelta(minutes=1))
    return f"{whole} minute{'' if whole == 1 else 's'}"


def _note(journal: Journal, batch: Batch, created: RemoteBatch, terms: BatchTerms) -> None:
    journal.write([BatchStep(batch.batch_key, "submitted", created.remote_id, terms.now)])


def _give_back(journal: Journal, batch: Batch, code: str, now: str) -> None:
    """Note that a batch was refused: its requests cost nothing and are due again."""
    unanswered = [one for one in journal.batched_requests(batch.batch_key) if not one.is_answered]
    nothing = [
        Answered(
            one.request_id, "error", final=False, received_at=now, error=code,
            input_tokens=0, output_tokens=0, cost_nano_usd=0,
        )
        for one in unanswered
    ]  # fmt: skip
    journal.write([*nothing, BatchStep(batch.batch_key, "refused", None, now)])
