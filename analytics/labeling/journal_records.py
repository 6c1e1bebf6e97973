"""What is written to the journal of requests, and what is read from it."""

from typing import Literal, TypeAlias

from msgspec import Struct

from analytics.labeling.interface import Status


class Sent(Struct, frozen=True):
    """A POST that is about to go out; `reserved_nano_usd` is the most that it can cost, None without a price."""

    request_id: int
    content: bytes
    labeler_version: str
    call_id: str
    attempt: int
    run_id: str
    sent_at: str
    content_bytes: int
    reserved_nano_usd: int | None


class Answered(Struct, frozen=True):
    """How a POST ended; without an HTTP status nobody knows whether it was paid."""

    request_id: int
    status: Status
    final: bool
    received_at: str
    http_status: int | None = None
    error: str | None = None
    model: str | None = None
    service_tier: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    cost_nano_usd: int | None = None
    body: bytes | None = None


class Taken(Struct, frozen=True):
    """A call that a round under a cap took up, or left, at its place in the random order."""

    call_id: str
    labeler_version: str
    draw: float


class Batch(Struct, frozen=True):
    """A batch that is about to be created from a file that the server has."""

    batch_key: str
    base_url: str
    model: str
    input_file_id: str
    created_at: str


class BatchStep(Struct, frozen=True):
    """What became of a batch; `remote_id` is the server's name of it."""

    batch_key: str
    step: Literal["submitted", "refused", "collected"]
    remote_id: str | None
    noted_at: str


class Batched(Struct, frozen=True):
    """A request that goes out in a batch."""

    request_id: int
    batch_key: str


Record: TypeAlias = Sent | Answered | Taken | Batch | BatchStep | Batched


class OpenBatch(Struct, frozen=True):
    """A batch that was not collected; without a `remote_id` nobody knows whether the server created it."""

    batch: Batch
    remote_id: str | None


class BatchedRequest(Struct, frozen=True):
    """One request of a batch, and whether its answer is in the journal."""

    request_id: int
    content: bytes
    labeler_version: str
    call_id: str
    attempt: int
    is_answered: bool


class Entry(Struct):
    """What the journal knows of one content and version: the last final answer, and sums over all answers.

    A sum is None while no answer says anything; a request whose answer never came is in no sum.
    """

    call_id: str
    attempts: int = 0
    status: Status | None = None
    last_status: Status | None = None
    answered_at: str | None = None
    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_nano_usd: int | None = None
    body: bytes | None = None
    in_batch: bool = False  # in a batch that was not collected


class Selection(Struct, frozen=True):
    """Where a call stands under a cap; while its round is open nothing is decided."""

    draw: float
    probability: float
    open: bool

    @property
    def left_out(self) -> bool:
        """Whether the finished round did not take the call."""
        return not self.open and self.draw >= self.probability


class Usages(Struct, frozen=True):
    """Sums over answered requests of one version, for a least-squares line of tokens over bytes."""

    n: int
    bytes: int
    bytes_squared: int
    input_tokens: int
    bytes_times_tokens: int
    output_tokens: int
