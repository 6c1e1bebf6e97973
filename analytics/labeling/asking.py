"""The worker pool: asks the model about the calls that the journal does not answer, at most so many at a time.

Workers take calls from one iterator, so memory does not grow with their number. Every request is in the journal before
it is sent and every answer before its worker sends the next one.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from msgspec import Struct, structs

from analytics.errors import LabelingStopped
from analytics.labeling.answer import receipt_of, status_of
from analytics.labeling.budget import Budget, stamp
from analytics.labeling.group_commit import GroupCommit
from analytics.labeling.interface import Conversation, Status
from analytics.labeling.journal import Answered, Entry, Journal, Selection, Sent, Taken
from analytics.labeling.limits import Gate
from analytics.labeling.prices import TokenPrices
from analytics.labeling.reply import Reply, Transport
from analytics.labeling.request import Message, Prompt
from analytics.labeling.retries import MAX_MAYBE_PAID, Backoff, error_code, is_maybe_paid, stop_reason, verdict_on
from analytics.labeling.tokens import most_input_tokens

_CHUNK = 256
#: So many calls in a row that no server answered: it is down, and the rest would only fail as well.
_UNREACHABLE_CALLS = 20


class Candidate(Struct, frozen=True):
    """An eligible call and its place in the random order in which a budget takes calls (0 without a cap)."""

    conversation: Conversation
    draw: float = 0.0


class Task(Struct):
    """A call that has to be asked about; `attempts` counts POSTs of all runs."""

    candidate: Candidate
    message: Message
    attempts: int
    doubled: bool
    maybe_paid: int = 0

    @property
    def conversation(self) -> Conversation:
        """The call."""
        return self.candidate.conversation


class Terms(Struct, frozen=True):
    """How to ask."""

    run_id: str
    now: datetime
    capped: bool
    prices: TokenPrices | None
    retry: frozenset[Status]
    max_attempts: int
    backoff: Backoff


class Asker:
    """One round of asking; `ask` may be called once."""

    def __init__(
        self, prompt: Prompt, terms: Terms, journal: Journal, commits: GroupCommit, transport: Transport, budget: Budget
    ) -> None:
        self._prompt = prompt
        self._version = prompt.version
        self._terms = terms
        self._journal = journal
        self._commits = commits
        self._transport = transport
        self._budget = budget
        self._gate = Gate(asyncio.get_running_loop().time)
        self._next_id = journal.next_request_id()
        self._open: set[bytes] = set()  # asked about, and the answer is not on the disk yet
        self._asked: set[bytes] = set()  # asked about since the last look into the journal
        self._retried: set[bytes] = set()
        self._stopped: str | None = None
        self._unreachable = 0
        self.round_ids: list[str] = []
        self.first_left_out: float | None = None
        self.counts: Counter[str] = Counter()

    async def ask(self, candidates: Iterator[Candidate], workers: int) -> None:
        """Ask about all candidates that have no final answer.

        Raises:
            LabelingStopped: the server refuses everything; every answer is in the journal.
        """
        tasks = self._tasks(candidates)
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._work(tasks))
        if self._stopped is not None:
            raise LabelingStopped(f"labeling with {self._prompt.model} stopped: {self._stopped}")

    def _tasks(self, candidates: Iterator[Candidate]) -> Iterator[Task]:
        while chunk := list(islice(candidates, _CHUNK)):
            messages = [self._prompt.message(candidate.conversation) for candidate in chunk]
            self._asked = set(self._open)  # before the look-up: what is answered from here on is not in `known`
            known = self._journal.entries([message.sha256 for message in messages], self._version)
            ids = [candidate.conversation.call_id for candidate in chunk]
            selections = self._journal.selections(ids, self._version)
            for candidate, message in zip(chunk, messages, strict=True):
                task = self._task(candidate, message, known.get(message.sha256), selections)
                if task is not None:
                    yield task

    def _task(
        self, candidate: Candidate, message: Message, entry: Entry | None, selections: dict[str, Selection]
    ) -> Task | None:
        """What is left to do for a call; equal calls are asked about once."""
        selection, status = selections.get(candidate.conversation.call_id), entry.status if entry else None
        drawing_again = "skipped_budget" in self._terms.retry
        if selection is not None and selection.left_out and not drawing_again:
            return None
        in_round = selection is not None and (selection.open or drawing_again)
        if in_round or (self._terms.capped and status is None):
            self._take(candidate)
        is_answered = status is not None and status not in self._terms.retry
        if is_answered or message.sha256 in self._asked or message.sha256 in self._retried:
            return None
        self._open.add(message.sha256)
        self._asked.add(message.sha256)
        if status is not None:
            self._retried.add(message.sha256)
        entry = entry or Entry("")
        return Task(candidate, message, entry.attempts, doubled=entry.last_status == "truncated")

    def _take(self, candidate: Candidate) -> None:
        self.round_ids.append(candidate.conversation.call_id)
        self._commits.add(Taken(candidate.conversation.call_id, self._version, candidate.draw))

    async def _work(self, tasks: Iterator[Task]) -> None:
        for task in tasks:
            if self._stopped is not None:
                return
            await self._settle_call(task)

    async def _settle_call(self, task: Task) -> None:
        """Ask about one call until it has a final status."""
        reserved = self._most_nano_usd(task)
        if not await self._budget.reserve(reserved):
            self._leave_out(task)
            return
        for attempt in range(1, self._terms.max_attempts + 1):
            sent = await self._send(task, reserved)
            reply = await self._transport.post(self._body(task))
            answered = self._judge(task, sent, reply, last=attempt == self._terms.max_attempts)
            self._budget.settle(reserved, answered.cost_nano_usd)
            reserved = self._most_nano_usd(task)
            if not answered.final and not self._budget.reserve_now(reserved):
                answered = structs.replace(answered, final=True)
            self._book(task, answered)
            if answered.final or self._stopped is not None:
                return
            if answered.status == "error":
                await asyncio.sleep(self._terms.backoff.wait_s(attempt))

    def _leave_out(self, task: Task) -> None:
        """The budget has no room: in the random order this call and all later ones are left out."""
        self._open.discard(task.message.sha256)
        self.counts["skipped_budget"] += 1
        draw = task.candidate.draw
        self.first_left_out = draw if self.first_left_out is None else min(draw, self.first_left_out)

    async def _send(self, task: Task, reserved_nano_usd: int) -> Sent:
        """Wait for the gate and for the disk; after this the POST may go out."""
        while (wait_s := self._gate.wait_s(self._tokens(task))) > 0:
            await asyncio.sleep(wait_s + self._terms.backoff.wait_s(1) / 2)
        task.attempts += 1
        sent = Sent(
            self._next_id, task.message.sha256, self._version, task.conversation.call_id, task.attempts,
            self._terms.run_id, stamp(self._terms.now), task.message.size,
            None if self._terms.prices is None else reserved_nano_usd,
        )  # fmt: skip
        self._next_id += 1
        await self._commits.add(sent)
        return sent

    def _judge(self, task: Task, sent: Sent, reply: Reply, *, last: bool) -> Answered:
        """The record of one reply, and what it means for the others."""
        self._gate.learn(reply.headers)
        verdict = verdict_on(reply)
        if verdict == "answered":
            return self._answered(task, sent, reply, last=last)
        if verdict == "limited":
            self._gate.refused(reply.headers, self._terms.backoff.base_s)
        if verdict == "stop":
            self._stopped = stop_reason(reply)
        task.maybe_paid += is_maybe_paid(reply)
        given_up = last or task.maybe_paid == MAX_MAYBE_PAID
        final = verdict == "failed" or (given_up and verdict != "stop")
        self._count_unreachable(reply, final=final)
        # an error that was answered, or that never reached the server, is not billed
        nothing = None if is_maybe_paid(reply) else 0
        return Answered(
            sent.request_id, "error", final, stamp(self._terms.now), reply.http_status, error_code(reply),
            input_tokens=nothing,
            output_tokens=nothing,
            cost_nano_usd=nothing,
        )  # fmt: skip

    def _answered(self, task: Task, sent: Sent, reply: Reply, *, last: bool) -> Answered:
        self._unreachable = 0
        status, receipt = status_of(reply.body, task.conversation), receipt_of(reply.body)
        final = status != "truncated" or task.doubled or last
        task.doubled = task.doubled or status == "truncated"
        prices = self._terms.prices
        return Answered(
            sent.request_id, status, final, stamp(self._terms.now), reply.http_status,
            model=receipt.model,
            service_tier=receipt.service_tier,
            cost_nano_usd=None if prices is None else prices.billed_nano_usd(receipt),
            body=reply.body,
            **(structs.asdict(receipt.usage) if receipt.usage else {}),
        )  # fmt: skip

    def _count_unreachable(self, reply: Reply, *, final: bool) -> None:
        self._unreachable = 0 if reply.http_status is not None else self._unreachable + final
        if self._unreachable >= _UNREACHABLE_CALLS:
            self._stopped = f"no answer to {_UNREACHABLE_CALLS} calls in a row: check labeling.base_url and the network"

    def _book(self, task: Task, answered: Answered) -> None:
        written = self._commits.add(answered)
        if answered.final:
            self.counts[answered.status] += 1
        if answered.final or self._stopped is not None:
            content = task.message.sha256
            written.add_done_callback(lambda _: self._open.discard(content))

    def _body(self, task: Task) -> bytes:
        return self._prompt.body(task.message.text, self._output_tokens(task))

    def _output_tokens(self, task: Task) -> int:
        return self._prompt.sampling.max_output_tokens * (2 if task.doubled else 1)

    def _tokens(self, task: Task) -> int:
        return task.message.size // 4 + self._prompt.size // 4 + self._output_tokens(task)

    def _most_nano_usd(self, task: Task) -> int:
        prices = self._terms.prices
        if prices is None:
            return 0
        most = most_input_tokens(self._prompt.size + task.message.size)
        return prices.worst_nano_usd(most, self._output_tokens(task))
