"""The home folder: where all state lives, and the one lock that guards it."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import ConfigurationError, HomeLocked


@dataclass(frozen=True)
class Home:
    """Paths below `$LODESTAR_HOME`; no part of any path comes from data."""

    root: Path

    @property
    def landing(self) -> Path:
        """Where files are dropped when no other landing folder is named."""
        return self.root / "landing"

    @property
    def lake(self) -> Path:
        """Delta tables raw/*, core/* and mart/*."""
        return self.root / "lake"

    @property
    def ledger(self) -> Path:
        """The SQLite file that says which files and batches are in."""
        return self.root / "ledger" / "ledger.sqlite"

    @property
    def label_journal(self) -> Path:
        """The SQLite file that holds every request to a labeling model and its answer."""
        return self.root / "ledger" / "labels.sqlite"

    @property
    def annotations(self) -> Path:
        """The team's notes of what happened when; theirs to write, and missing where there are none."""
        return self.root / "annotations.csv"

    @property
    def tombstone_key(self) -> Path:
        """The secret that erased ids are hashed with."""
        return self.root / "ledger" / "tombstones.key"

    @property
    def quarantine(self) -> Path:
        """Raw bytes of what was set aside, one file per landed file."""
        return self.root / "quarantine"

    @property
    def stage(self) -> Path:
        """Half-written things; outside every read path and emptied at the start of each run."""
        return self.root / "stage"

    @property
    def warehouse(self) -> Path:
        """Published DuckDB files and the link `analytics.duckdb` to the current one."""
        return self.root / "warehouse"

    @property
    def site(self) -> Path:
        """The weekly pages."""
        return self.root / "site"

    @property
    def audits(self) -> Path:
        """Review pages of audits; they hold conversations, and an erasure deletes them."""
        return self.root / "audits"

    @property
    def dagster(self) -> Path:
        """Run history of the scheduler."""
        return self.root / "dagster"

    def create(self) -> "Home":
        """Make the folders that a run needs.

        Raises:
            ConfigurationError: the home is not writable or a file stands in its place.
        """
        if set("*?[]{}%=") & set(str(self.root.absolute())):
            msg = f"{self.root}: * ? [ ] {{ }} % = mean something to DuckDB and Delta; choose a home without them"
            raise ConfigurationError(msg)
        folders = (self.landing, self.lake, self.ledger.parent, self.quarantine, self.stage, self.warehouse, self.site)
        try:
            for folder in (*folders, self.dagster):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            msg = f"{self.root}: cannot be used as home: {error.strerror}; choose another with --home"
            raise ConfigurationError(msg) from error
        return self

    def withdraw(self) -> None:
        """Take back every publication: files, link and pages."""
        for file in [*self.warehouse.iterdir(), *self.site.iterdir()]:
            if file.is_dir():
                shutil.rmtree(file)
            else:
                file.unlink()

    @contextmanager
    def locked(self, *, wait_s: float = 0.0) -> Iterator[None]:
        """Hold the home's lock; a kernel lock, so a killed holder frees it.

        Raises:
            HomeLocked: another process holds it after `wait_s` seconds.
        """
        file = self.ledger.parent / "lock"
        with file.open("a+") as handle:
            _acquire(handle.fileno(), file, wait_s)
            handle.truncate(0)
            handle.write(json.dumps({"pid": os.getpid()}))
            handle.flush()
            yield


def _acquire(descriptor: int, file: Path, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                msg = f"{file.parent.parent} is in use by {_holder(file)}; wait for it, or use --wait SECONDS"
                raise HomeLocked(msg) from None
            time.sleep(0.2)
        else:
            return


def _holder(file: Path) -> str:
    try:
        return f"process {json.loads(file.read_text())['pid']}"
    except (OSError, ValueError, KeyError):
        return "another process"
