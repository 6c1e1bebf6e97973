"""The worker pool: asks the model about the calls that the journal does not answer, at most so many at a time.

Workers take calls from one iterator, so memory does not grow with their number. Every request is in the journal before
it is sent and every answer before its worker sends the next one.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import count

from msgspec import Struct, structs

from analytics.errors import LabelingStopped
from analytics.labeling.backlog import Backlog, Candidate, Task
from analytics.labeling.budget import Budget
from analytics.labeling.group_commit import GroupCommit
from analytics.labeling.journal_records import Answered, Sent
from analytics.labeling.judging import answer_of, failure_of
from analytics.labeling.limits import Gate
from analytics.labeling.prices import TokenPrices
from analytics.labeling.reply import Reply, Transport
from analytics.labeling.request import Prompt
from analytics.labeling.retries import MAX_MAYBE_PAID, Backoff, is_maybe_paid, stop_reason, verdict_on
from analytics.labeling.tokens import most_input_tokens

#: So many calls in a row that no server answered: it is down, and the rest would only fail as well.
_UNREACHABLE_CALLS = 20


class Terms(Struct, frozen=True):
    """How to ask."""

    run_id: str
    now: str
    prices: TokenPrices | None
    first_request_id: int
    max_attempts: int
    backoff: Backoff


class Asker:
    """One round of asking; `ask` may be called once."""

    def __init__(
        self, prompt: Prompt, terms: Terms, backlog: Backlog, commits: GroupCommit, transport: Transport, budget: Budget
    ) -> None:
        self._prompt = prompt
        self._version = prompt.version
        self._form = prompt.form()
        self._terms = terms
        self._backlog = backlog
        self._commits = commits
        self._transport = transport
        self._budget = budget
        self._gate = Gate(asyncio.get_running_loop().time)
        self._request_ids = count(terms.first_request_id)
        self._stopped: str | None = None
        self._unreachable = 0
        self.first_left_out: float | None = None
        self.counts: Counter[str] = Counter()

    async def ask(self, candidates: Iterator[Candidate], workers: int) -> None:
        """Ask about all candidates that have no final answer.

        Raises:
            LabelingStopped: the server refuses everything; every answer is in the journal.
        """
        tasks = self._backlog.tasks(candidates)
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._work(tasks))
        if self._stopped is not None:
            raise LabelingStopped(f"labeling with {self._prompt.model} stopped: {self._stopped}")

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
        if self._stopped is not None:  # while this worker waited for room
            self._budget.settle(reserved, 0)
            return
        for attempt in range(1, self._terms.max_attempts + 1):
            sent = await self._send(task, reserved)
            reply = await self._transport.post(self._body(task))
            last = attempt == self._terms.max_attempts
            answered = self._judge(task, sent, reply, last=last)
            self._budget.settle(reserved, answered.cost_nano_usd)
            goes_on = not (answered.final or last or self._stopped)
            reserved = self._most_nano_usd(task)
            if goes_on and not self._budget.reserve_now(reserved):
                answered, goes_on = structs.replace(answered, final=True), False
            self._book(task, answered, goes_on=goes_on)
            if not goes_on:
                return
            if answered.status == "error":
                await asyncio.sleep(self._terms.backoff.wait_s(attempt))

    def _leave_out(self, task: Task) -> None:
        """The budget has no room: in the random order this call and all later ones are left out.

        One that was sent before, and lost with a killed run, belongs to the sample and stays due.
        """
        self._backlog.done(task.message.sha256)
        self.counts["pending" if task.attempts else "skipped_budget"] += 1
        if task.attempts:
            return
        draw = task.candidate.draw
        self.first_left_out = draw if self.first_left_out is None else min(draw, self.first_left_out)

    async def _send(self, task: Task, reserved_nano_usd: int) -> Sent:
        """Wait for the gate and for the disk; after this the POST may go out."""
        while (wait_s := self._gate.wait_s(self._tokens(task))) > 0:
            await asyncio.sleep(wait_s + self._terms.backoff.wait_s(1) / 2)
        task.attempts += 1
        sent = Sent(
            next(self._request_ids), task.message.sha256, self._version, task.conversation.call_id, task.attempts,
            self._terms.run_id, self._terms.now, task.message.size,
            None if self._terms.prices is None else reserved_nano_usd,
        )  # fmt: skip
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
        # a call that never reached a server stays due: a wrong address makes no dead letters
        final = verdict == "failed" or (given_up and verdict != "stop" and reply.error != "unreachable")
        self._count_unreachable(reply, given_up=given_up)
        return failure_of(sent.request_id, reply, now=self._terms.now, final=final)

    def _answered(self, task: Task, sent: Sent, reply: Reply, *, last: bool) -> Answered:
        self._unreachable = 0
        answered = answer_of(
            sent.request_id,
            reply,
            task.conversation,
            now=self._terms.now,
            prices=self._terms.prices,
            asked_longer=task.doubled or last,
        )
        task.doubled = task.doubled or answered.status == "truncated"
        return answered

    def _count_unreachable(self, reply: Reply, *, given_up: bool) -> None:
        self._unreachable = 0 if reply.http_status is not None else self._unreachable + given_up
        if self._unreachable >= _UNREACHABLE_CALLS:
            self._stopped = f"no answer to {_UNREACHABLE_CALLS} calls in a row: check labeling.base_url and the network"

    def _book(self, task: Task, answered: Answered, *, goes_on: bool) -> None:
        written = self._commits.add(answered)
        if not goes_on:
            self.counts[answered.status if answered.final else "pending"] += 1
            written.add_done_callback(lambda _: self._backlog.done(task.message.sha256))

    def _body(self, task: Task) -> bytes:
        return self._form.body(task.message.text, self._output_tokens(task))

    def _output_tokens(self, task: Task) -> int:
        return self._prompt.sampling.max_output_tokens * (2 if task.doubled else 1)

    def _tokens(self, task: Task) -> int:
        return task.message.size // 4 + self._form.size // 4 + self._output_tokens(task)

    def _most_nano_usd(self, task: Task) -> int:
        prices = self._terms.prices
        if prices is None:
            return 0
        most = most_input_tokens(self._form.size + task.message.size)
        return prices.worst_nano_usd(most, self._output_tokens(task))
