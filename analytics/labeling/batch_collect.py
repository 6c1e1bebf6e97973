"""The second half of a batch: its answers into the journal, each once, and what was not answered is due again.

The output file and the error file are both read, of every batch that has ended: one that expired or was cancelled
holds finished work, which is billed. Answers are joined by `custom_id`; a kill in between loses nothing, since the next
collection skips what the journal has.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from analytics.labeling.batch_lines import Places, custom_id, places_of, read_reply
from analytics.labeling.batch_server import ENDED, BatchRefused, BatchServer, NoAnswer, RemoteBatch
from analytics.labeling.interface import Conversation
from analytics.labeling.journal import Journal
from analytics.labeling.journal_records import Answered, BatchedRequest, BatchStep, OpenBatch
from analytics.labeling.judging import answer_of, failure_of
from analytics.labeling.prices import TokenPrices
from analytics.labeling.reply import Reply
from analytics.labeling.request import Prompt
from analytics.labeling.retries import is_maybe_paid, verdict_on

#: Answers per commit.
_COMMIT = 256
#: The error of a request with more than one line: none of them is taken, and what they cost is not known.
_TWICE = "answered_twice"

#: Reads the conversations of some calls; those that are no more are left out.
ConversationsOf = Callable[[Sequence[str]], Iterable[Conversation]]


class CollectTerms(Struct, frozen=True):
    """How to collect; `prices` are those of the batch's model; `folder` holds the files while they are read."""

    now: str
    prices: TokenPrices | None
    max_attempts: int
    folder: Path


class Harvest(Struct):
    """What one collection found: `counts` are calls by status (`asked again`: due for another attempt)."""

    counts: Counter[str]
    open_batches: list[RemoteBatch]
    collected: int = 0
    foreign_lines: int = 0
    problems: list[str] = []

    @classmethod
    def nothing(cls) -> "Harvest":
        """Before the first batch."""
        return cls(Counter(), [])


class Collector:
    """Collects one batch; `collect` may be called once."""

    def __init__(self, prompt: Prompt, terms: CollectTerms, journal: Journal, server: BatchServer) -> None:
        self._prompt = prompt
        self._terms = terms
        self._journal = journal
        self._server = server

    def collect(self, open_batch: OpenBatch, harvest: Harvest, conversations_of: ConversationsOf) -> None:
        """Take in a batch if it has ended.

        Raises:
            BatchRefused, NoAnswer: the server; what was read is in the journal. Unknown: it lacks the batch or a file.
        """
        remote = self._server.retrieve(open_batch.remote_id or "")
        if remote.status not in ENDED:
            harvest.open_batches.append(remote)
            return
        if remote.status == "failed":
            codes = ", ".join(remote.codes) or "no reason given"
            harvest.problems.append(f"batch {remote.remote_id} failed at the server: {codes}; its calls are due again")
        self._take_in(open_batch, remote, harvest, conversations_of)
        harvest.collected += 1
        self._clean_up(open_batch, remote)

    def _take_in(
        self, open_batch: OpenBatch, remote: RemoteBatch, harvest: Harvest, conversations_of: ConversationsOf
    ) -> None:
        key = open_batch.batch.batch_key
        requests = {custom_id(one.request_id, one.content): one for one in self._journal.batched_requests(key)}
        with tempfile.TemporaryFile(dir=self._terms.folder) as file:
            for file_id in filter(None, (remote.output_file_id, remote.error_file_id)):
                self._server.download(file_id, file)
            file.seek(0)
            places = places_of(file, frozenset(requests))
            harvest.foreign_lines += places.foreign
            due = {name: one for name, one in requests.items() if not one.is_answered}
            answers = self._answers(due, places, file, remote, conversations_of)
            while group := list(islice(answers, _COMMIT)):
                self._journal.write(group)
                harvest.counts.update(one.status if one.final else "asked again" for one in group)
        self._journal.write([BatchStep(key, "collected", remote.remote_id, self._terms.now)])

    def _answers(
        self,
        due: dict[str, BatchedRequest],
        places: Places,
        file: BinaryIO,
        remote: RemoteBatch,
        conversations_of: ConversationsOf,
    ) -> Iterator[Answered]:
        """The record of every request, each once: first of calls that still say what was sent, then of all others."""
        waiting = {one.content: name for name, one in due.items()}
        calls = [one.call_id for one in due.values()]
        for conversation in conversations_of(calls):
            name = waiting.pop(self._prompt.message(conversation).sha256, None)
            if name is not None:
                yield self._answer(due[name], _reply(name, places, file, remote), conversation)
        for name in waiting.values():
            yield self._answer(due[name], _reply(name, places, file, remote), _unknown(due[name].call_id))

    def _answer(self, request: BatchedRequest, reply: Reply, conversation: Conversation) -> Answered:
        if reply.error == _TWICE:
            return Answered(request.request_id, "invalid", True, self._terms.now, error=_TWICE)
        last = request.attempt >= self._terms.max_attempts
        match verdict_on(reply):
            case "answered":
                return answer_of(
                    request.request_id,
                    reply,
                    conversation,
                    now=self._terms.now,
                    prices=self._terms.prices,
                    in_batch=True,
                    asked_longer=last or self._was_cut(request),
                )
            case "failed":
                return failure_of(request.request_id, reply, now=self._terms.now, final=True)
            case _:
                may_cost = reply.http_status is not None or is_maybe_paid(reply)
                return failure_of(request.request_id, reply, now=self._terms.now, final=last and may_cost)

    def _was_cut(self, request: BatchedRequest) -> bool:
        """Whether this request had asked for a longer answer already."""
        entry = self._journal.entries([request.content], request.labeler_version)[request.content]
        return entry.last_status == "truncated"

    def _clean_up(self, open_batch: OpenBatch, remote: RemoteBatch) -> None:
        """Remove the files from the server; one that stays costs nothing and ends by the server's own rule."""
        for file_id in (open_batch.batch.input_file_id, remote.output_file_id, remote.error_file_id):
            try:
                if file_id:
                    self._server.delete(file_id)
            except (BatchRefused, NoAnswer):
                continue


def _reply(name: str, places: Places, file: BinaryIO, remote: RemoteBatch) -> Reply:
    """The answer to a request; where there is none, it is told by how the batch ended whether it may be paid."""
    if name in places.twice:
        return Reply(None, {}, b"", _TWICE)
    if name in places.offsets:
        return read_reply(file, places.offsets[name])
    return Reply(None, {}, b"", "lost" if remote.status == "completed" else f"batch_{remote.status}")


def _unknown(call_id: str) -> Conversation:
    """A call whose words are no longer those that were sent: no quote of an answer about it can be checked."""
    return Conversation(call_id, None, None, None, None, "none", None, (), ())
