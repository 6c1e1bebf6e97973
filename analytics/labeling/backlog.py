"""What is left to ask about: calls without a final answer in the journal, equal calls once."""

from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from msgspec import Struct

from analytics.labeling.interface import Conversation, Status
from analytics.labeling.journal import Journal
from analytics.labeling.journal_records import Entry, Record, Selection, Taken
from analytics.labeling.request import Message, Prompt

_CHUNK = 256


class Candidate(Struct, frozen=True):
    """An eligible call and its place in the random order in which a budget takes calls (0 without a cap)."""

    conversation: Conversation
    draw: float = 0.0


class Task(Struct):
    """A call to ask about. `attempts` counts the POSTs of all runs; `doubled` asks for a longer answer."""

    candidate: Candidate
    message: Message
    attempts: int
    doubled: bool
    maybe_paid: int = 0

    @property
    def conversation(self) -> Conversation:
        """The call."""
        return self.candidate.conversation


class Queue(Protocol):
    """Takes records that are to be written to the journal."""

    def add(self, record: Record) -> object:
        """Queue a record."""
        ...


class Backlog:
    """Turns candidates into tasks, a bounded number at a time; `retry` are final statuses to ask about again."""

    def __init__(
        self, prompt: Prompt, journal: Journal, commits: Queue, *, capped: bool, retry: frozenset[Status]
    ) -> None:
        self._prompt = prompt
        self._version = prompt.version
        self._journal = journal
        self._commits = commits
        self._capped = capped
        self._retry = retry
        self._open: set[bytes] = set()  # asked about, and the answer is not on the disk yet
        self._asked: set[bytes] = set()  # asked about since the last look into the journal
        self._retried: set[bytes] = set()
        #: Calls of the round whose probability to be taken is known when it ends.
        self.round_ids: list[str] = []

    def tasks(self, candidates: Iterator[Candidate]) -> Iterator[Task]:
        """The tasks in the order of the candidates."""
        while chunk := list(islice(candidates, _CHUNK)):
            messages = [self._prompt.message(candidate.conversation) for candidate in chunk]
            self._asked = set(self._open)  # before the look: what is answered from here on is not in `known`
            known = self._journal.entries([message.sha256 for message in messages], self._version)
            ids = [candidate.conversation.call_id for candidate in chunk]
            selections = self._journal.selections(ids, self._version)
            for candidate, message, call_id in zip(chunk, messages, ids, strict=True):
                entry = known.get(message.sha256, Entry(call_id))
                if self._is_due(candidate, message, entry, selections.get(call_id)):
                    yield Task(candidate, message, entry.attempts, doubled=entry.last_status == "truncated")

    def done(self, content: bytes) -> None:
        """The journal knows the end or the batch of a task, or nothing was asked; `content` is its message's sha256."""
        self._open.discard(content)

    def _is_due(self, candidate: Candidate, message: Message, entry: Entry, selection: Selection | None) -> bool:
        drawing_again = "skipped_budget" in self._retry
        if selection is not None and selection.left_out and not drawing_again:
            return False
        # a call of a finished round that has no answer yet is in the sample with the probability of that round
        in_round = self._capped and entry.status is None and not entry.in_batch
        if (selection.open or drawing_again) if selection is not None else in_round:
            self._take(candidate)
        is_answered = entry.status is not None and entry.status not in self._retry
        if entry.in_batch or is_answered or message.sha256 in self._asked or message.sha256 in self._retried:
            return False
        self._open.add(message.sha256)
        self._asked.add(message.sha256)
        if entry.status is not None:
            self._retried.add(message.sha256)
        return True

    def _take(self, candidate: Candidate) -> None:
        self.round_ids.append(candidate.conversation.call_id)
        self._commits.add(Taken(candidate.conversation.call_id, self._version, candidate.draw))
