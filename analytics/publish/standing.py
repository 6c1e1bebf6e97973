"""Whether the publication would come out the same again: then a run with nothing new leaves it as it stands."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

import analytics
from analytics.core.build import raw_view
from analytics.ingest.run import nothing_landed
from analytics.lake import select
from analytics.publish.state import refusal
from analytics.publish.warehouse import LINK
from analytics.shipped import shipped, sql
from analytics.workspace import Workspace

_FACT = "standing"


class Standing(Struct, frozen=True):
    """What a publication stands on, and the clock that it was judged at."""

    as_of: datetime
    fingerprint: str


def remember_standing(workspace: Workspace) -> None:
    """The run that published is through: what it stands on now is what later runs compare with."""
    standing = Standing(workspace.as_of, _fingerprint(workspace))
    with workspace.ledger.transaction():
        workspace.ledger.remember(_FACT, msgspec.json.encode(standing).decode())


def stands(workspace: Workspace, landings: Sequence[Path]) -> bool:
    """Whether a run on these landing folders could change nothing but the clock that the publication names.

    Nothing landed, nothing waits for a rebuild; tables, pages, code, settings, prices and the key of customer ids are
    those of the publication; and between its clock and this one lies no moment at which a figure may change. The share
    of a running week that has elapsed stays at the publication's clock until the day ends.
    """
    stored = workspace.ledger.fact(_FACT)
    if stored is None:
        return False
    before = msgspec.json.decode(stored, type=Standing)
    return (
        nothing_landed(workspace.ledger, landings)
        and before.fingerprint == _fingerprint(workspace)
        and not _moment_passed(workspace, before.as_of)
    )


def _moment_passed(workspace: Workspace, before: datetime) -> bool:
    low, high = sorted((before, workspace.as_of))
    zone = ZoneInfo(workspace.settings.reporting.timezone)
    if low == high or low.astimezone(zone).date() != high.astimezone(zone).date():
        return low != high
    with workspace.connection() as connection:
        connection.execute(sql("core/_macros"))
        workspace.lake.view(connection, "core/calls")
        for kind in ("surveys", "cases", "human_labels"):
            raw_view(workspace, connection, kind)
        parameters = workspace.parameters() | {"low": low, "high": high}
        return bool(select(connection, "mart/_moments", parameters).fetchall()[0][0])


def _fingerprint(workspace: Workspace) -> str:
    """Changes with everything but the clock that a publication is made of."""
    digest = hashlib.sha256()
    for part in (*_of_ledger(workspace), *_of_files(workspace), *_of_code()):
        digest.update(repr(part).encode())
    digest.update(hashlib.sha256(workspace.customer_key.encode()).digest())
    digest.update(workspace.settings.model_dump_json().encode())
    digest.update(workspace.price_book.read_bytes())
    return digest.hexdigest()


def _of_ledger(workspace: Workspace) -> Iterator[object]:
    ledger = workspace.ledger
    yield ledger.next_file_seq(), ledger.dirty_days(), ledger.touched_days(), ledger.raw_versions()
    yield sorted(ledger.tombstones()), sorted(ledger.tombstones(pending=True)), ledger.fact("history_to_forget")
    yield refusal(ledger)


def _of_files(workspace: Workspace) -> Iterator[object]:
    """Files of the tables; names, sizes and times of what is published and of what else decides (labels, say)."""
    home = workspace.home
    for log in sorted(home.lake.glob("*/*/_delta_log")):
        table = f"{log.parent.parent.name}/{log.parent.name}"
        yield table, workspace.lake.fingerprint(table)
    link = home.warehouse / LINK
    published = [link.resolve()] if link.exists() else []
    others = [file for file in home.ledger.parent.iterdir() if not file.name.startswith((home.ledger.name, "lock"))]
    notes = workspace.settings.page.annotations or home.annotations
    published += [notes] if notes.exists() else []
    for file in sorted([*published, *home.site.iterdir(), *others]):
        yield str(file), file.stat().st_size, file.stat().st_mtime_ns


def _of_code() -> Iterator[object]:
    package = Path(analytics.__file__).parent
    for folder in (package, package.parent / "dashboards", shipped("sql")):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                yield file.relative_to(folder).as_posix(), file.read_bytes()
