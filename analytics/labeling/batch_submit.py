"""The first half of a batch: what is due goes into files, and each file into exactly one batch.

The order is what keeps a kill from paying twice. The file is uploaded, which costs nothing; then the batch and all of
its requests are written down; only then is the batch created (`batch_creation.py`).
"""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import BinaryIO

from msgspec import Struct, structs

from analytics.errors import LabelingStopped
from analytics.labeling.backlog import Backlog, Candidate, Task
from analytics.labeling.batch_creation import BatchTerms, create_batch, decide_batches
from analytics.labeling.batch_lines import custom_id, request_line
from analytics.labeling.batch_server import BatchRefused, BatchServer, NoAnswer
from analytics.labeling.interface import Status
from analytics.labeling.journal import Journal
from analytics.labeling.journal_records import Batch, Batched, Record, Sent
from analytics.labeling.model_families import tier_share
from analytics.labeling.request import Prompt
from analytics.labeling.tokens import most_input_tokens


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

    def key(self, file_id: str) -> str:
        """The name of the batch: a hash of its file and of the names of its requests.

        Without the file, homes that share an account and hold the same calls would give the same name.
        """
        names = [custom_id(sent.request_id, sent.content) for sent in self.sent]
        return hashlib.sha256("\n".join([file_id, *names]).encode()).hexdigest()[:32]


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
    """One round of submitting; `submit` may be called once.

    `counts` are calls by what became of them, `problems` are sentences about batches of before.
    """

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
        self.problems: list[str] = []

    def submit(self, candidates: Iterator[Candidate], *, capped: bool, retry: frozenset[Status]) -> None:
        """Put all candidates that are due into batches.

        Raises:
            LabelingStopped: the server refuses, or does not answer; what was submitted is in the journal.
        """
        self.problems += decide_batches(self._journal, self._server, self._terms)
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
            self._leave_out(task)
            return
        if self._room is not None:
            self._room -= line.most_nano_usd
        sent = Sent(
            next(self._request_ids), task.message.sha256, self._prompt.version, task.conversation.call_id,
            task.attempts + 1, self._terms.run_id, self._terms.now, task.message.size,
            None if self._terms.prices is None else line.most_nano_usd,
        )  # fmt: skip
        part.add(sent, request_line(custom_id(sent.request_id, sent.content), line.body))

    def _leave_out(self, task: Task) -> None:
        """As in single requests: what was sent before belongs to the sample and stays due."""
        self.counts["pending" if task.attempts else "skipped_budget"] += 1
        if not task.attempts:
            draw = task.candidate.draw
            self._first_left_out = draw if self._first_left_out is None else min(draw, self._first_left_out)

    def _most_nano_usd(self, task: Task, output_tokens: int) -> int:
        prices, share = self._terms.prices, tier_share("batch")
        if prices is None:
            return 0
        most = prices.worst_nano_usd(most_input_tokens(self._form.size + task.message.size), output_tokens)
        return most if share is None else int(most * share) + 1

    def _create(self, part: Part, backlog: Backlog) -> None:
        part.file.seek(0)
        try:
            file_id = self._server.upload(part.file, "lodestar-batch.jsonl")
        except (BatchRefused, NoAnswer) as failure:
            raise LabelingStopped(
                f"the server did not take the file of a batch ({failure}): run `classify --submit` again, or ask"
                " without batches; nothing of this file was submitted"
            ) from None
        batch = Batch(part.key(file_id), self._terms.base_url, self._prompt.model, file_id, self._terms.moment())
        members = [Batched(sent.request_id, batch.batch_key) for sent in part.sent]
        self._journal.write([batch, *part.sent, *members, *self._queue.take()])
        for sent in part.sent:
            backlog.done(sent.content)
        create_batch(batch, self._journal, self._server, self._terms)
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
