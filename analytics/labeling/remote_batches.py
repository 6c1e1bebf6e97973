"""`classify --submit` and `--collect`: the two halves of a batch over one journal and one server."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from analytics.errors import LabelingStopped
from analytics.labeling.backlog import Candidate
from analytics.labeling.batch_collect import Collector, CollectTerms, ConversationsOf, Harvest
from analytics.labeling.batch_server import BatchRefused, BatchServer, NoAnswer
from analytics.labeling.batch_submit import BatchTerms, Submission, decide_batches
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
            decide_batches(journal, server, self.terms)
            harvest = Harvest.nothing()
            for open_batch in journal.open_batches():
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
            harvest.problems.append(f"a batch is at {batch.base_url}: set labeling.base_url to it and collect")
            return
        prices = self.terms.prices if batch.model == self.settings.model else None
        terms = CollectTerms(self.terms.now, prices, self.settings.max_attempts, self.terms.folder)
        try:
            Collector(self.prompt, terms, journal, server).collect(open_batch, harvest, conversations_of)
        except (BatchRefused, NoAnswer) as failure:
            harvest.problems.append(f"batch {open_batch.remote_id} cannot be read ({failure}): collect again later")

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
