"""What lies in a landing folder: files to read in a fixed order, and what is skipped with the reason."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from analytics.errors import ConfigurationError

_READABLE = re.compile(r"\.(jsonl|ndjson|json)(\.(gz|zst))?\Z", re.IGNORECASE)


class Landed(Struct, frozen=True):
    """One entry of a landing folder; `file` is its relative path as text, `skipped` the reason not to read it."""

    landing: Path
    path: Path
    file: str
    skipped: str | None


def discover(landings: Iterable[Path]) -> list[Landed]:
    """All entries below the folders (or single files), sorted by relative path; links are never followed.

    Raises:
        ConfigurationError: a landing folder does not exist.
    """
    found = [entry for landing in landings for entry in _entries(landing)]
    return sorted(found, key=lambda entry: (entry.file, str(entry.landing)))


def _entries(landing: Path) -> Iterator[Landed]:
    if not landing.exists():
        msg = f"{landing}: no such landing folder"
        raise ConfigurationError(msg)
    if landing.is_file():
        yield Landed(landing.parent, landing, _text(Path(landing.name)), _why_skipped(landing, Path(landing.name)))
        return
    closed: list[OSError] = []
    for folder, folders, files in os.walk(landing, onerror=closed.append):
        here = Path(folder)
        for name in sorted(files) + [name for name in sorted(folders) if _stands_out(here / name)]:
            relative = (here / name).relative_to(landing)
            yield Landed(landing, here / name, _text(relative), _why_skipped(here / name, relative))
    for error in closed:
        shut = Path(error.filename)
        yield Landed(landing, shut, _text(shut.relative_to(landing)), f"cannot be opened: {error.strerror}")


def _stands_out(folder: Path) -> bool:
    """A folder worth a line of its own: a link, or one that is named like a file that would be read."""
    return folder.is_symlink() or _READABLE.search(folder.name) is not None


def _why_skipped(path: Path, relative: Path) -> str | None:
    if any(part.startswith(".") for part in relative.parts):
        return "hidden: a name that starts with a dot"
    try:
        mode = path.lstat().st_mode
    except OSError:
        return "gone before it could be read"
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    if not stat.S_ISREG(mode):
        return "not a regular file"
    if not _READABLE.search(path.name):
        return "another kind of file: read are *.jsonl, *.ndjson and *.json, each also .gz or .zst"
    return None


def _text(relative: Path) -> str:
    return os.fsencode(relative).decode("utf-8", "backslashreplace")


def stamp(path: Path) -> str | None:
    """What the inode says of a file; an equal stamp means that the content was not written since. None: it is gone."""
    try:
        info = path.stat()
    except OSError:
        return None
    return f"{info.st_dev}:{info.st_ino}:{info.st_size}:{info.st_mtime_ns}:{info.st_ctime_ns}"
