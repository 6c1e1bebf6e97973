"""The books: what became of the rows of one file, and the sum that must hold."""

from datetime import datetime

from msgspec import Struct

from analytics.errors import BooksDoNotBalance
from analytics.ingest.discover import Landed
from analytics.ingest.load import Loaded
from analytics.ledger import FileEntry


class FileBook(Struct):
    """The rows of one file as they were judged."""

    landed: Landed
    sha256: str
    file_seq: int
    stamp: str | None
    rows_in: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_erased: int = 0
    sources: set[str] = set()
    text_sources: set[str] = set()
    erased_calls: set[str] = set()
    reason: str | None = None

    def refuse(self, reason: str) -> None:
        """The whole file cannot be trusted: it is one row, set aside."""
        self.rows_in = self.rows_quarantined = 1
        self.rows_accepted = self.rows_erased = 0
        self.sources.clear()
        self.text_sources.clear()
        self.erased_calls.clear()
        self.reason = reason

    def entry(self, loaded: Loaded, received_at: datetime) -> FileEntry:
        """The file as the ledger books it.

        Raises:
            BooksDoNotBalance: rows_in differs from rows_loaded + rows_quarantined + rows_superseded.
        """
        duplicates = loaded.superseded.get(self.file_seq, 0)
        rows_loaded = loaded.rows.get(self.file_seq, 0) - duplicates
        superseded = duplicates + self.rows_erased
        if self.rows_in != rows_loaded + self.rows_quarantined + superseded:
            msg = (
                f"{self.landed.file}: {self.rows_in} rows in, but {rows_loaded} loaded + {self.rows_quarantined}"
                f" quarantined + {superseded} superseded; nothing of this batch is booked"
            )
            raise BooksDoNotBalance(msg)
        return FileEntry(
            landing=str(self.landed.landing),
            file=self.landed.file,
            sha256=self.sha256,
            source=min(self.sources) if len(self.sources) == 1 else ("mixed" if self.sources else None),
            status="refused" if self.reason else "loaded",
            rows_in=self.rows_in,
            rows_loaded=rows_loaded,
            rows_quarantined=self.rows_quarantined,
            rows_superseded=superseded,
            received_at=received_at.isoformat(),
            reason=self.reason,
            stamp=self.stamp,
        )


def unread_entry(
    landed: Landed, received_at: datetime, status: str, reason: str, sha256: str | None = None, seen: str | None = None
) -> FileEntry:
    """The entry of a file that was not read: it has no rows. `seen` is its stamp before it was hashed."""
    return FileEntry(
        landing=str(landed.landing),
        file=landed.file,
        sha256=sha256,
        source=None,
        status=status,
        rows_in=0,
        rows_loaded=0,
        rows_quarantined=0,
        rows_superseded=0,
        received_at=received_at.isoformat(),
        reason=reason,
        stamp=seen,
    )
