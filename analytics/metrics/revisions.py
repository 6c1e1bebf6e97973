"""Published numbers are kept for ever: what changed since the last publication, and why."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import msgspec
from msgspec import Struct

from analytics import estimation, north_star
from analytics.core.build import definitions_fingerprint
from analytics.core.price_book import prices_fingerprint
from analytics.lake import select
from analytics.shipped import shipped, sql
from analytics.workspace import Workspace

_TABLE = "mart/kpi_published"
#: Code that changes published numbers, beside the SQL.
_FORMULAS = (estimation, north_star)
_FACT, _PENDING = "published_state", "pending_state"


class State(Struct, frozen=True):
    """What the numbers of a publication stand on; two publications differ for the reasons in which these differ."""

    publication: int = 0
    file_seq: int = 0
    erasures: int = 0
    definitions: str = ""
    labeler: str = ""
    prices: str = ""
    as_of: datetime = datetime(1970, 1, 1, tzinfo=UTC)


def record_publication(workspace: Workspace, labeler_version: str) -> int:
    """Append what is about to be published to mart/kpi_published and rebuild mart/kpi_revisions.

    Returns the number of published numbers that changed.
    """
    before = last_state(workspace)
    now = State(
        publication=before.publication + 1,
        file_seq=workspace.ledger.next_file_seq() - 1,
        erasures=int(workspace.ledger.fact("erasures") or 0),
        definitions=definitions_fingerprint(workspace) + _mart_fingerprint(workspace),
        labeler=labeler_version,
        prices=prices_fingerprint(workspace),
        as_of=workspace.as_of,
    )
    with workspace.connection() as connection:
        _append(workspace, connection, before, now)
        workspace.lake.view(connection, _TABLE)
        workspace.lake.replace("mart/kpi_revisions", select(connection, "mart/kpi_revisions", {}))
        changed = "select count(*) from mart.kpi_published where reason is not null and publication = $publication"
        count = int(connection.execute(changed, {"publication": now.publication}).fetchall()[0][0])
    with workspace.ledger.transaction():
        workspace.ledger.remember(_PENDING, msgspec.json.encode(now).decode())
    return count


def confirm_publication(workspace: Workspace) -> None:
    """The recorded numbers can be seen: from now on changes are told against them. Within a transaction."""
    pending = workspace.ledger.fact(_PENDING)
    if pending is not None:
        workspace.ledger.remember(_FACT, pending)
        workspace.ledger.clear_touched()


def last_state(workspace: Workspace) -> State:
    """What the last publication stood on."""
    stored = workspace.ledger.fact(_FACT)
    return msgspec.json.decode(stored, type=State) if stored else State()


def _mart_fingerprint(workspace: Workspace) -> str:
    digest = hashlib.sha256(repr((workspace.settings.reporting, workspace.settings.cases)).encode())
    formulas = (file for package in _FORMULAS for file in sorted(Path(package.__path__[0]).glob("*.py")))
    for file in [*sorted(shipped("sql").glob("mart/*.sql")), *sorted(shipped("sql").glob("metrics/*.yaml")), *formulas]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _append(workspace: Workspace, connection: duckdb.DuckDBPyConnection, before: State, now: State) -> None:
    workspace.lake.view(connection, "mart/kpi_week")
    # columns that an older home does not have yet are NULL in its rows
    connection.execute(
        "create temp table published_before as select week, metric, dimension, segment, value, status, estimator,"
        " observed_value, definition_version, null::varchar as reason, as_of, 0::bigint as publication"
        " from mart.kpi_week where false"
    )
    if workspace.lake.exists(_TABLE):
        workspace.lake.view(connection, _TABLE)
        # a publication that was recorded but killed before it was seen is recorded again under the same number
        connection.execute(
            "insert into published_before by name select * from mart.kpi_published where publication < $publication",
            {"publication": now.publication},
        )
    connection.execute(sql("core/_macros"))
    rows = select(
        connection,
        "mart/kpi_published",
        {
            "publication": now.publication,
            "zone": workspace.settings.reporting.timezone,
            "late_days": [day for day in workspace.ledger.touched_days() if day < before.as_of.date()],
            "erase": now.erasures != before.erasures,
            "definition": now.definitions != before.definitions,
            "labeler": now.labeler != before.labeler,
            "price": now.prices != before.prices,
            "as_of": workspace.as_of,
        },
    )
    rows.to_table("published_now")
    kept = connection.sql("select * from published_before union all by name select * from published_now")
    workspace.lake.replace(_TABLE, kept)
