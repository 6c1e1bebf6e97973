"""The first half of a batch: what is due goes into files, and each file into exactly one batch.

The order is what keeps a kill from paying twice. The file is uploaded, which costs nothing; then the batch and all of
its requests are written down; only then is the batch created. A batch that is written down and has no step is looked
for at the server, by the key in its metadata, before it is created again.
"""

import hashlib
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct, structs

from analytics.errors import LabelingStopped
from analytics.labeling.backlog import Backlog, Candidate, Task
from analytics.labeling.batch_lines import custom_id, request_line
from analytics.labeling.batch_server import BatchRefused, BatchServer, NoAnswer, RemoteBatch
from analytics.labeling.interface import Status
from analytics.labeling.journal import Journal
from analytics.labeling.journal_records import Answered, Batch, Batched, BatchStep, Record, Sent
from analytics.labeling.model_families import tier_share
from analytics.labeling.prices import TokenPrices
from analytics.labeling.request import Prompt
from analytics.labeling.tokens import most_input_tokens


class BatchTerms(Struct, frozen=True):
    """How to submit; `folder` holds the file that is being written, `patience_s` is how long a batch is looked for."""

    run_id: str
    now: str
    base_url: str
    prices: TokenPrices | None
    room_nano_usd: int | None
    max_requests: int
    max_bytes: int
    folder: Path
    patience_s: float = 10.0
    sleep: Callable[[float], None] = time.sleep


class Part:
    """One input file while it is written, with what the journal must know of it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.sent: list[Sent] = []
        self.size = 0

    def add(self, sent: Sent, line: bytes) -> None:
        """Append a request."""
        self.file.write(line)
        self.sent.append(sent)
        self.size += len(line)

    @property
    def key(self) -> str:
        """The name of the batch: a hash of the names of its requests."""
        names = "\n".join(custom_id(sent.request_id, sent.content) for sent in self.sent)
        return hashlib.sha256(names.encode()).hexdigest()[:32]


class _Queue:
    """Records that go into the journal with the next batch."""

    def __init__(self) -> None:
        self._records: list[Record] = []

    def add(self, record: Record) -> None:
        self._records.append(record)

    def take(self) -> list[Record]:
        taken, self._records = self._records, []
        return taken


class Submission:
    """One round of submitting; `submit` may be called once. `counts` are calls by what became of them."""

    def __init__(self, prompt: Prompt, terms: BatchTerms, journal: Journal, server: BatchServer) -> None:
        self._prompt = prompt
        self._form = structs.replace(prompt, service_tier=None).form()  # a batch is a tier of its own
        self._terms = terms
        self._journal = journal
        self._server = server
        self._queue = _Queue()
        self._room = terms.room_nano_usd
        self._first_left_out: float | None = None
        self._request_ids = count(journal.next_request_id())
        self.counts: Counter[str] = Counter()
        self.batches = 0

    def submit(self, candidates: Iterator[Candidate], *, capped: bool, retry: frozenset[Status]) -> None:
        """Put all candidates that are due into batches.

        Raises:
            LabelingStopped: the server refuses, or does not answer; what was submitted is in the journal.
        """
        decide_batches(self._journal, self._server, self._terms)
        backlog = Backlog(self._prompt, self._journal, self._queue, capped=capped, retry=retry)
        for part in self._parts(backlog.tasks(candidates)):
            self._create(part, backlog)
        self._journal.write(self._queue.take())
        first = self._first_left_out
        self._journal.end_round(self._prompt.version, backlog.round_ids, 1.0 if first is None else first)

    def _parts(self, tasks: Iterator[Task]) -> Iterator[Part]:
        """Files within the limits; a call for which the budget has no room ends the round for all after it."""
        task = next(tasks, None)
        while task is not None:
            with tempfile.TemporaryFile(dir=self._terms.folder) as file:
                part = Part(file)
                while task is not None and self._fits(part, line := self._line(task)):
                    self._add(part, task, line)
                    task = next(tasks, None)
                if part.sent:
                    yield part

    def _fits(self, part: Part, line: "_Line") -> bool:
        if not part.sent:
            return True
        return len(part.sent) < self._terms.max_requests and part.size + line.size <= self._terms.max_bytes

    def _line(self, task: Task) -> "_Line":
        tokens = self._prompt.sampling.max_output_tokens * (2 if task.doubled else 1)
        return _Line(self._form.body(task.message.text, tokens), self._most_nano_usd(task, tokens))

    def _add(self, part: Part, task: Task, line: "_Line") -> None:
        if self._first_left_out is not None or (self._room is not None and line.most_nano_usd > self._room):
            draw = task.candidate.draw
            self._first_left_out = draw if self._first_left_out is None else min(draw, self._first_left_out)
            self.counts["skipped_budget"] += 1
            return
        if self._room is not None:
            self._room -= line.most_nano_usd
        sent = Sent(
            next(self._request_ids), task.message.sha256, self._prompt.version, task.conversation.call_id,
            task.attempts + 1, self._terms.run_id, self._terms.now, task.message.size,
            None if self._terms.prices is None else line.most_nano_usd,
        )  # fmt: skip
        part.add(sent, request_line(custom_id(sent.request_id, sent.content), line.body))

    def _most_nano_usd(self, task: Task, output_tokens: int) -> int:
        prices, share = self._terms.prices, tier_share("batch")
        if prices is None:
            return 0
        most = prices.worst_nano_usd(most_input_tokens(self._form.size + task.message.size), output_tokens)
        return most if share is None else int(most * share) + 1

    def _create(self, part: Part, backlog: Backlog) -> None:
        part.file.seek(0)
        try:
            file_id = self._server.upload(part.file, f"lodestar-{part.key}.jsonl")
        except (BatchRefused, NoAnswer) as failure:
            raise LabelingStopped(
                f"the server did not take the file of a batch ({failure}): run `classify --submit` again, or ask"
                " without batches; nothing of this file was submitted"
            ) from None
        batch = Batch(part.key, self._terms.base_url, self._prompt.model, file_id, self._terms.now)
        members = [Batched(sent.request_id, batch.batch_key) for sent in part.sent]
        self._journal.write([batch, *part.sent, *members, *self._queue.take()])
        for sent in part.sent:
            backlog.done(sent.content)
        _create(batch, self._journal, self._server, self._terms)
        self.counts["submitted"] += len(part.sent)
        self.batches += 1


class _Line(Struct, frozen=True):
    """The body of a request and the most that it can cost."""

    body: bytes
    most_nano_usd: int

    @property
    def size(self) -> int:
        """Bytes of the line, the name and the address included, rounded up."""
        return len(self.body) + 256


def decide_batches(journal: Journal, server: BatchServer, terms: BatchTerms) -> None:
    """Find out about every batch of which nobody knows whether it was created; one that was not is created now.

    Raises:
        LabelingStopped: the server refuses, or does not answer.
    """
    for unknown in journal.open_batches():
        if unknown.remote_id is None and unknown.batch.base_url == terms.base_url:
            found = _look_for(unknown.batch, server, terms)
            if found is None:
                _create(unknown.batch, journal, server, terms)
            else:
                _note(journal, unknown.batch, found, terms)


def _create(batch: Batch, journal: Journal, server: BatchServer, terms: BatchTerms) -> None:
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
                " again; the batch is looked for first, and its calls are not sent meanwhile"
            ) from None
        created = found
    _note(journal, batch, created, terms)


def _look_for(batch: Batch, server: BatchServer, terms: BatchTerms) -> RemoteBatch | None:
    """The batch at the server; it may still be on its way there, so one that is not found is waited for."""
    waited_s = 0.0
    try:
        while (found := server.find(batch)) is None and waited_s < terms.patience_s:
            terms.sleep(1.0)
            waited_s += 1.0
    except (BatchRefused, NoAnswer) as failure:
        raise LabelingStopped(
            f"the server does not list its batches ({failure}), so nobody knows whether one was created: run again;"
            " its calls are not sent meanwhile"
        ) from None
    return found


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
