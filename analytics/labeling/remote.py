"""The labeler behind an OpenAI-compatible server. Labels come from the journal; `ask` fills it.

Reading and asking are apart, so that a day can be rebuilt, a killed run resumed and a batch collected without paying
twice.
"""

import asyncio
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from msgspec import Struct

from analytics.errors import ConfigurationError, LabelingStopped
from analytics.labeling.asking import Asker, Terms
from analytics.labeling.backlog import Backlog, Candidate
from analytics.labeling.batch_creation import BatchTerms
from analytics.labeling.budget import Budget, room_nano_usd, stamp
from analytics.labeling.group_commit import group_commit
from analytics.labeling.interface import Conversation, Label, Status
from analytics.labeling.journal import Journal
from analytics.labeling.model_families import family_of
from analytics.labeling.plan import Plan, count_calls, plan_for
from analytics.labeling.prices import TokenPrices, usd_of
from analytics.labeling.remote_batches import RemoteBatches
from analytics.labeling.remote_label import label_of
from analytics.labeling.request import Prompt, Sampling
from analytics.labeling.retries import Backoff
from analytics.labeling.rubric import rubric
from analytics.sections import Labeling

NAME = "openai"
_CHUNK = 256
_SENDABLE_KEY = re.compile(r"[!-~]+")


class Run(Struct, frozen=True):
    """The run that asks: its id and clock, and the prices of its day (None: the model has no row in the price book)."""

    run_id: str
    now: datetime
    prices: TokenPrices | None


def prompt_for(settings: Labeling, redaction_version: str = "none") -> Prompt:
    """The static part of all requests that these settings ask for."""
    family = family_of(settings.model)
    temperature = settings.temperature
    if temperature is None and family.takes_temperature:
        temperature = 0.0
    return Prompt(
        rubric=rubric(),
        model=settings.model,
        family=family,
        sampling=Sampling(temperature, settings.reasoning_effort, settings.max_output_tokens),
        max_call_bytes=settings.max_call_bytes,
        service_tier=settings.service_tier,
        redaction_version=redaction_version,
    )


class RemoteLabeler:
    """Labels by a model; equal input and equal `version` are asked about once, ever."""

    def __init__(self, settings: Labeling, prompt: Prompt, journal: Path, run: Run, api_key: str | None) -> None:
        self.name = NAME
        self.model = settings.model
        self.version = prompt.version
        self._settings = settings
        self._prompt = prompt
        self._journal = journal
        self._run = run
        self._api_key = api_key

    @property
    def capped(self) -> bool:
        """Whether a budget may leave calls out; then they are to be asked about in a random order."""
        return self._settings.max_usd_per_run is not None or self._settings.max_usd_per_month is not None

    def check_caps(self) -> None:
        """Refuse caps that cannot be kept.

        Raises:
            ConfigurationError: there is a cap and no price.
        """
        if self.capped and self._run.prices is None:
            raise ConfigurationError(unpriced(self.model))

    def draws(self) -> list[tuple[str, float]]:
        """(call_id, draw) of the calls that an earlier round under a cap placed in the random order."""
        with Journal.open(self._journal) as journal:
            return journal.draws(self.version)

    # -- reading

    def label(self, conversations: Iterable[Conversation]) -> Iterator[Label]:
        """Yield what the journal says of each conversation, in the same order; nothing is sent.

        A call that was never answered is `skipped_budget` where a cap left it out, else `pending`.
        """
        remaining = iter(conversations)
        with Journal.open(self._journal) as journal:
            while chunk := list(islice(remaining, _CHUNK)):
                messages = [self._prompt.message(conversation) for conversation in chunk]
                entries = journal.entries([message.sha256 for message in messages], self.version, bodies=True)
                selections = journal.selections([conversation.call_id for conversation in chunk], self.version)
                for conversation, message in zip(chunk, messages, strict=True):
                    selection = selections.get(conversation.call_id)
                    yield label_of(conversation, message, entries.get(message.sha256), selection)

    # -- asking

    def ask(self, candidates: Iterable[Candidate], retry: frozenset[Status] = frozenset()) -> Counter[str]:
        """Ask about every candidate without a final answer; returns how many calls ended in which status.

        Args:
            candidates: eligible calls; under a cap in the order of their draws.
            retry: final statuses that are to be asked about again.

        Raises:
            ConfigurationError: no key, or a cap and no price.
            LabelingStopped: the server refuses everything; every answer so far is in the journal.
        """
        self._key()
        self.check_caps()
        with Journal.open(self._journal) as reader, Journal.open(self._journal) as writer:
            try:
                return asyncio.run(self._ask(iter(candidates), retry, reader, writer))
            except ExceptionGroup as group:
                raise _cause(group.exceptions[0]) from None
            except sqlite3.Error as error:
                raise _cause(error) from None

    async def _ask(
        self, candidates: Iterator[Candidate], retry: frozenset[Status], reader: Journal, writer: Journal
    ) -> Counter[str]:
        from analytics.labeling.client import open_client

        workers, timeout_s = self._settings.concurrency, self._settings.timeout_s
        client = open_client(self._settings.base_url, self._api_key or "", connections=workers, timeout_s=timeout_s)
        async with client as transport, group_commit(writer) as commits:
            backlog = Backlog(self._prompt, reader, commits, capped=self.capped, retry=retry)
            budget = Budget(self._room(reader))
            asker = Asker(self._prompt, self._terms(reader), backlog, commits, transport, budget)
            await asker.ask(candidates, workers)
        first = asker.first_left_out
        writer.end_round(self.version, backlog.round_ids, 1.0 if first is None else first)
        return asker.counts

    def plan(self, candidates: Iterable[Candidate], retry: frozenset[Status] = frozenset()) -> Plan:
        """What `ask` would send and cost; nothing is sent and no key is needed."""
        with Journal.open(self._journal) as journal:
            counts = count_calls(candidates, self._prompt, journal, retry)
            room = self._room(journal) if self._run.prices is not None else None
            return plan_for(counts, self._prompt, journal, self._run.prices, usd_of(room))

    def batches(self) -> RemoteBatches:
        """The two halves of a batch.

        Raises:
            ConfigurationError: no key, or a cap and no price.
        """
        api_key = self._key()
        self.check_caps()
        with Journal.open(self._journal) as journal:
            room = self._room(journal)
        terms = BatchTerms(
            run_id=self._run.run_id,
            now=stamp(self._run.now),
            base_url=self._settings.base_url,
            prices=self._run.prices,
            room_nano_usd=room,
            max_requests=self._settings.batch_max_requests,
            max_bytes=self._settings.batch_max_bytes,
            folder=self._journal.parent,
            started_s=time.monotonic(),
        )
        return RemoteBatches(self._settings, self._prompt, self._journal, terms, api_key, self.capped)

    def _key(self) -> str:
        if self._api_key is None:
            raise ConfigurationError("asking a model needs OPENAI_API_KEY in the environment: set it")
        if not _SENDABLE_KEY.fullmatch(self._api_key):
            msg = "OPENAI_API_KEY is empty or holds white space or letters that no header takes: set it again"
            raise ConfigurationError(msg)
        return self._api_key

    def _terms(self, journal: Journal) -> Terms:
        return Terms(
            run_id=self._run.run_id,
            now=stamp(self._run.now),
            prices=self._run.prices,
            first_request_id=journal.next_request_id(),
            max_attempts=self._settings.max_attempts,
            backoff=Backoff(self._settings.retry_backoff_s),
        )

    def _room(self, journal: Journal) -> int | None:
        return room_nano_usd(
            journal,
            per_run_usd=self._settings.max_usd_per_run,
            per_month_usd=self._settings.max_usd_per_month,
            run_id=self._run.run_id,
            now=self._run.now,
        )


def _cause(error: Exception) -> Exception:
    """What stopped the workers; a journal that cannot be written is an expected failure."""
    if isinstance(error, sqlite3.Error):
        return LabelingStopped(f"the journal of requests cannot be written ({error}): make room, then run again")
    return error


def unpriced(model: str) -> str:
    """The message for a cap that cannot be kept."""
    return (
        f"labeling has a cap in US dollars and the price book no input_token and output_token price of provider openai,"
        f" model {model!r}: add the rows (component analysis), or remove labeling.max_usd_per_run and max_usd_per_month"
    )
