"""`classify --submit` and `--collect`: the two halves of a batch over one journal and one server."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from analytics.errors import LabelingStopped
from analytics.labeling.backlog import Candidate
from analytics.labeling.batch_collect import Collector, CollectTerms, ConversationsOf, Harvest
from analytics.labeling.batch_creation import GIVEN_UP_AFTER, BatchTerms, decide_batches, elsewhere, give_up
from analytics.labeling.batch_server import BatchRefused, BatchServer, NoAnswer, Unknown
from analytics.labeling.batch_submit import Submission
from analytics.labeling.interface import Status
from analytics.labeling.journal import Journal
from analytics.labeling.journal_records import OpenBatch
from analytics.labeling.request import Prompt
from analytics.sections import Labeling

#: A file of 190 MB takes longer than an answer.
_LEAST_TIMEOUT_S = 600.0


class RemoteBatches(Struct, frozen=True):
    """Batches of one labeler; see `RemoteLabeler.batches`."""

    settings: Labeling
    prompt: Prompt
    journal: Path
    terms: BatchTerms
    api_key: str
    capped: bool

    def submit(self, candidates: Iterable[Candidate], retry: frozenset[Status] = frozenset()) -> Submission:
        """Put every candidate without a final answer, and in no open batch, into a batch.

        Raises:
            LabelingStopped: the server refuses, or does not answer; what was submitted is in the journal.
        """
        with self._opened() as (journal, server):
            submission = Submission(self.prompt, self.terms, journal, server)
            submission.submit(iter(candidates), capped=self.capped, retry=retry)
            return submission

    def collect(self, conversations_of: ConversationsOf) -> Harvest:
        """Take in every batch that has ended; one that cannot be read does not stop the others.

        Raises:
            LabelingStopped: nobody knows whether a batch was created, and the server does not tell.
        """
        with self._opened() as (journal, server):
            harvest = Harvest.nothing()
            harvest.problems += decide_batches(journal, server, self.terms)
            for open_batch in journal.open_batches():
                if open_batch.remote_id is not None:
                    self._collect(open_batch, journal, server, harvest, conversations_of)
            return harvest

    def _collect(
        self,
        open_batch: OpenBatch,
        journal: Journal,
        server: BatchServer,
        harvest: Harvest,
        conversations_of: ConversationsOf,
    ) -> None:
        batch = open_batch.batch
        if batch.base_url != self.terms.base_url:
            harvest.problems.append(elsewhere(batch))
            return
        prices = self.terms.prices if batch.model == self.settings.model else None
        terms = CollectTerms(self.terms.now, prices, self.settings.max_attempts, self.terms.folder)
        collector = Collector(self.prompt, terms, journal, server)
        try:
            collector.collect(open_batch, harvest, conversations_of)
        except Unknown:
            harvest.problems.append(self._without(open_batch, journal, harvest))
        except (BatchRefused, NoAnswer) as failure:
            harvest.problems.append(f"batch {open_batch.remote_id} cannot be read ({failure}): collect again later")

    def _without(self, open_batch: OpenBatch, journal: Journal, harvest: Harvest) -> str:
        """What a batch means that the server does not have, or not in full."""
        missing = f"the server does not have batch {open_batch.remote_id} or a file of it"
        if self.terms.age_of(open_batch.batch) <= GIVEN_UP_AFTER:
            return f"{missing}: set OPENAI_API_KEY to a key of the project that submitted it, and collect again"
        lost = give_up(journal, open_batch.batch, open_batch.remote_id, self.terms.now)
        harvest.counts.update(one.status for one in lost)
        return f"{missing}, and is given up: `classify --retry error` asks about its calls again, and may pay again"

    @contextmanager
    def _opened(self) -> Iterator[tuple[Journal, BatchServer]]:
        from analytics.labeling.batch_client import open_batch_client

        timeout_s = max(self.settings.timeout_s, _LEAST_TIMEOUT_S)
        client = open_batch_client(self.settings.base_url, self.api_key, timeout_s)
        try:
            with Journal.open(self.journal) as journal, client as server:
                yield journal, server
        except sqlite3.Error as error:
            msg = f"the journal of requests cannot be written ({error}): make room, then run again"
            raise LabelingStopped(msg) from error
