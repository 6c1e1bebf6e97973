"""Files and batches by the OpenAI client. Importing it takes a second, so only what talks to a server does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import BinaryIO

import httpx2
import openai
from openai.types import Batch as SdkBatch

from analytics.labeling.batch_lines import ENDPOINT
from analytics.labeling.batch_server import METADATA_KEY, BatchRefused, NoAnswer, RemoteBatch, Unknown
from analytics.labeling.journal_records import Batch

#: What can be repeated without a second batch is repeated so often.
_RETRIES = 3
#: A list of batches is read back to this long before the batch was written down: clocks differ.
_CLOCKS_APART = timedelta(days=1)
_MAYBE_DONE = frozenset({408, 409})


class BatchClient:
    """A `BatchServer`; `timeout_s` is that of one read or write."""

    def __init__(self, client: openai.OpenAI) -> None:
        self._once = client
        self._client = client.with_options(max_retries=_RETRIES)

    def upload(self, file: BinaryIO, name: str) -> str:
        """Store an input file; returns its id."""
        with _failures():
            return self._once.files.create(file=(name, file, "application/jsonl"), purpose="batch").id

    def has_file(self, file_id: str) -> bool:
        """Whether the file is there for this key."""
        try:
            with _failures():
                return bool(self._client.files.retrieve(file_id).id)
        except Unknown:
            return False

    def create(self, batch: Batch) -> RemoteBatch:
        """Create a batch, in one attempt."""
        with _failures():
            created = self._once.batches.create(
                input_file_id=batch.input_file_id,
                endpoint=ENDPOINT,  # type: ignore[arg-type]
                completion_window="24h",
                metadata={METADATA_KEY: batch.batch_key},
                extra_headers={"Idempotency-Key": batch.batch_key},  # some servers know it; OpenAI's does not say so
            )
            return _remote(created)

    def find(self, batch: Batch) -> RemoteBatch | None:
        """The batch with this key or input file, newest first."""
        oldest = (datetime.fromisoformat(batch.created_at) - _CLOCKS_APART).timestamp()
        with _failures():
            for one in self._client.batches.list(limit=100):
                key = (one.metadata or {}).get(METADATA_KEY)
                if key == batch.batch_key or one.input_file_id == batch.input_file_id:
                    return _remote(one)
                if one.created_at < oldest:
                    return None
        return None

    def retrieve(self, remote_id: str) -> RemoteBatch:
        """How far a batch is."""
        with _failures():
            return _remote(self._client.batches.retrieve(remote_id))

    def download(self, file_id: str, into: BinaryIO) -> None:
        """Append a file's bytes, and an end of line if it has none."""
        end = b"\n"
        with _failures(), self._client.files.with_streaming_response.content(file_id) as response:
            for piece in response.iter_bytes(1 << 16):
                into.write(piece)
                end = piece[-1:] or end
        if end != b"\n":
            into.write(b"\n")

    def delete(self, file_id: str) -> None:
        """Remove a file from the server."""
        with _failures():
            self._client.files.delete(file_id)


@contextmanager
def open_batch_client(base_url: str, api_key: str, timeout_s: float) -> Iterator[BatchClient]:
    """A client for the length of one command."""
    with openai.OpenAI(base_url=base_url, api_key=api_key, timeout=timeout_s, max_retries=0) as client:
        yield BatchClient(client)


@contextmanager
def _failures() -> Iterator[None]:
    """Tell a no from no answer; the server's message may hold what was said, so only its code is kept."""
    try:
        yield
    except openai.APIStatusError as error:
        if error.status_code >= 500 or error.status_code in _MAYBE_DONE:
            raise NoAnswer(f"http_{error.status_code}") from None
        refusal = Unknown if error.status_code == 404 else BatchRefused
        raise refusal(str(error.code or f"http_{error.status_code}")[:100]) from None
    except (openai.APIError, httpx2.HTTPError, ValueError) as error:  # ValueError: a body that is no JSON
        raise NoAnswer(type(error).__name__) from None


def _remote(batch: SdkBatch) -> RemoteBatch:
    if not isinstance(batch, SdkBatch) or not batch.id:
        raise NoAnswer("no batch in the answer")
    errors = (batch.errors.data if batch.errors else None) or []
    return RemoteBatch(
        batch.id,
        batch.status,
        batch.output_file_id or None,
        batch.error_file_id or None,
        tuple(sorted({str(error.code)[:100] for error in errors})),
    )
