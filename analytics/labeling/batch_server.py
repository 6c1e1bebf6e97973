"""What batches need of a server, and how a server fails."""

from typing import BinaryIO, Protocol

from msgspec import Struct

from analytics.labeling.journal_records import Batch

#: In these a batch does not change any more; all of them may hold answers, and those are billed.
ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
#: The key in a batch's metadata under which it names itself.
METADATA_KEY = "lodestar_batch"


class BatchRefused(Exception):
    """The server said no; nothing was created. `code` is its word, never its message."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unknown(BatchRefused):
    """The server does not have it: it is gone, or belongs to another project than the key."""


class NoAnswer(Exception):
    """The server did not answer; what was asked may have happened."""


class RemoteBatch(Struct, frozen=True):
    """A batch as its server sees it; `codes` are those of its validation errors."""

    remote_id: str
    status: str
    output_file_id: str | None = None
    error_file_id: str | None = None
    codes: tuple[str, ...] = ()


class BatchServer(Protocol):
    """Files and batches of an OpenAI-compatible server; every method may raise BatchRefused or NoAnswer."""

    def upload(self, file: BinaryIO, name: str) -> str:
        """Store an input file; returns its id."""
        ...

    def has_file(self, file_id: str) -> bool:
        """Whether the file is there for this key: files of another project are not."""
        ...

    def create(self, batch: Batch) -> RemoteBatch:
        """Create a batch, in one attempt: a second one could make a second batch."""
        ...

    def find(self, batch: Batch) -> RemoteBatch | None:
        """The batch that names itself by this key or has this input file; None where the server lists none."""
        ...

    def retrieve(self, remote_id: str) -> RemoteBatch:
        """How far a batch is."""
        ...

    def download(self, file_id: str, into: BinaryIO) -> None:
        """Append a file's bytes, and an end of line if it has none."""
        ...

    def delete(self, file_id: str) -> None:
        """Remove a file from the server."""
        ...
