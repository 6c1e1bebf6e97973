"""Section 5, from files to the records in force: identity, revisions, inline arrays, deletion, the books."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.reference import gate
from tests.reference.files import LandedFile, Unreadable, landed_files, lines_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

Order = tuple[int, str, int]
Record = dict[str, Any]


@dataclass
class Book:
    """What became of the rows of one file: one row of `meta.files`."""

    file: str
    status: str
    rows_in: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_superseded: int = 0

    @property
    def figures(self) -> tuple[str, int, int, int, int]:
        return (self.status, self.rows_in, self.rows_loaded, self.rows_quarantined, self.rows_superseded)


@dataclass(frozen=True)
class Version:
    """One received record of an identity; the greatest `rank` is in force."""

    record: Record
    content: Any
    order: Order

    @property
    def rank(self) -> tuple[int, Order]:
        return (self.record["revision"], self.order)


@dataclass
class KnownCall:
    """A call in force with the children in force."""

    record: Record
    turns: list[Record] = field(default_factory=list)
    tool_calls: list[Record] = field(default_factory=list)
    events: list[Record] = field(default_factory=list)
    usage: list[Record] = field(default_factory=list)


def normalised(kind: str, record: Record, source: str) -> Record:
    """The record without null keys that the format knows, with its defaults stated."""
    known = gate.REQUIRED[kind] | gate.OPTIONAL[kind] | gate.EVERYWHERE
    kept = {key: value for key, value in record.items() if value is not None or key not in known}
    for key in ("latency", "agent"):
        if key in kept and key in known:
            kept[key] = {part: value for part, value in kept[key].items() if value is not None}
    for key, child_kind in gate.CHILDREN.items():
        if kind == "call" and key in kept:
            kept[key] = [normalised(child_kind, child, source) for child in kept[key]]
    return {"source": source, "revision": 1, **kept}


def canonical(value: Any) -> Any:
    """Equal for equal parsed content, whatever the order of keys and the spelling of numbers."""
    if isinstance(value, dict):
        return frozenset((key, canonical(item)) for key, item in value.items())
    if isinstance(value, list):
        return ("array", *(canonical(item) for item in value))
    return ("flag", value) if isinstance(value, bool) else value


def identity_of(record: Record) -> tuple[Any, ...] | None:
    """None for an event or usage line that is known by its content."""
    kind, source = record["record"], record["source"]
    if kind in ("call", "survey", "case"):
        return (kind, source, record["id"])
    if kind == "turn":
        return (kind, source, record["call_id"], record["seq"])
    if kind == "human_label":
        target = ("call", record["call_id"]) if "call_id" in record else ("case", record["case_id"])
        return (kind, source, *target, record["labeled_by"], record.get("sample_id"))
    if "id" in record:
        return (kind, source, record["call_id"], record["id"])
    return None


class Receipt:
    """Everything received so far. Folders may be received one after the other."""

    def __init__(self) -> None:
        self.runs = 0
        self.versions: dict[tuple[Any, ...], list[Version]] = defaultdict(list)
        self.by_content: dict[Any, Counter[tuple[int, str]]] = defaultdict(Counter)
        self.seen: dict[str, str] = {}
        self.skipped: set[str] = set()
        self.books: list[Book] = []

    def receive(self, folder: Path, received_at: datetime) -> list[Book]:
        """Read what is new in the folder, as one run."""
        self.runs += 1
        new = [book for file in landed_files(folder) if (book := self._receive(file, received_at))]
        self.books += new
        return new

    def _receive(self, file: LandedFile, received_at: datetime) -> Book | None:
        """None where the same bytes at the same path, or a file that is not read, stood there before."""
        if not file.readable:
            again = file.name in self.skipped
            self.skipped.add(file.name)
            return None if again else Book(file.name, "skipped")
        if file.sha256 in self.seen:
            return None if self.seen[file.sha256] == file.name else Book(file.name, "known")
        self.seen[file.sha256] = file.name
        try:
            lines = lines_of(file.content)
        except Unreadable:
            return Book(file.name, "refused", rows_in=1, rows_quarantined=1)
        book = Book(file.name, "loaded", rows_in=len(lines))
        kept: list[tuple[tuple[Any, ...], Version]] = []
        for line in lines:
            try:
                record = gate.parse(line.content)
                gate.check(record, received_at)
            except gate.Refused:
                book.rows_quarantined += 1
                continue
            order = (self.runs, file.name, line.number)
            record = normalised(record["record"], record, record.get("source") or "native")
            identity = identity_of(record)
            if identity is None:
                self._count_by_content(record, order[:2], book)
            elif (version := self._new_version(identity, record, order)) is not None:
                kept.append((identity, version))
            else:
                book.rows_superseded += 1
        for identity, version in kept:
            if version is self._in_force(identity):
                book.rows_loaded += 1
            else:
                book.rows_superseded += 1
        return book

    def _count_by_content(self, record: Record, file: tuple[int, str], book: Book) -> None:
        counts = self.by_content[canonical(record)]
        known_elsewhere = max((count for other, count in counts.items() if other != file), default=0)
        counts[file] += 1
        if counts[file] > known_elsewhere:
            book.rows_loaded += 1
        else:
            book.rows_superseded += 1

    def _new_version(self, identity: tuple[Any, ...], record: Record, order: Order) -> Version | None:
        content = canonical(record)
        earlier = self.versions[identity]
        if any(one.content == content for one in earlier):
            return None
        version = Version(record, content, order)
        earlier.append(version)
        return version

    def _in_force(self, identity: tuple[Any, ...]) -> Version:
        return max(self.versions[identity], key=lambda version: version.rank)

    # What is in force, whatever the order in which it came.

    def of_kind(self, kind: str) -> list[Record]:
        return [self._in_force(identity).record for identity in self.versions if identity[0] == kind]

    def calls(self) -> dict[tuple[str, str], KnownCall]:
        """By (source, id), without the deleted ones."""
        found = {}
        for identity in [one for one in self.versions if one[0] == "call"]:
            record = self._in_force(identity).record
            if not record.get("deleted"):
                found[identity[1], identity[2]] = KnownCall(record)
        for key, call in found.items():
            self._add_inline(call, self.versions["call", *key])
        self._add_separate(found)
        for call in found.values():
            call.turns = sorted(_latest(call.turns, "seq"), key=lambda turn: turn["seq"])
            call.tool_calls = _latest(call.tool_calls, "id")
            call.events = _latest(call.events, "id")
            call.usage = _latest(call.usage, "id")
        return found

    def _add_inline(self, call: KnownCall, versions: list[Version]) -> None:
        for key in gate.CHILDREN:
            stating = [version for version in versions if key in version.record]
            if stating:
                latest = max(stating, key=lambda version: version.rank)
                getattr(call, key).extend({**child, "@order": latest.order} for child in latest.record[key])

    def _add_separate(self, calls: dict[tuple[str, str], KnownCall]) -> None:
        keys = {kind: key for key, kind in gate.CHILDREN.items()}
        for identity, versions in self.versions.items():
            if identity[0] in keys and (call := calls.get((identity[1], identity[2]))):
                latest = max(versions, key=lambda version: version.rank)
                getattr(call, keys[identity[0]]).append({**latest.record, "@order": latest.order})
        for content, counts in self.by_content.items():
            record = _thawed(content)
            if call := calls.get((record["source"], record["call_id"])):
                getattr(call, keys[record["record"]]).extend([record] * max(counts.values()))


def _latest(children: list[Record], key: str) -> list[Record]:
    """One child per id: an inline and a separate one of the same id are revisions of each other."""
    best: dict[Any, Record] = {}
    for position, child in enumerate(children):
        name = child.get(key, ("no id", position))
        if name not in best or (child["revision"], child["@order"]) > (best[name]["revision"], best[name]["@order"]):
            best[name] = child
    return list(best.values())


def _thawed(value: Any) -> Any:
    """The inverse of `canonical`."""
    if isinstance(value, frozenset):
        return {key: _thawed(item) for key, item in value}
    if isinstance(value, tuple):
        return value[1] if value[0] == "flag" else [_thawed(item) for item in value[1:]]
    return value
