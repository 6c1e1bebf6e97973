"""The published file: mart, meta and core as tables in one DuckDB file that is never written while it can be read."""

import os
from pathlib import Path

import duckdb
import pyarrow as pa

from analytics.home import Home
from analytics.metrics.build import MART_TABLES
from analytics.metrics.revisions import confirm_publication
from analytics.publish.dictionary import describe
from analytics.publish.meta import META_SCHEMAS, meta_rows
from analytics.redaction.policy import policy_of
from analytics.redaction.redactor import Finder
from analytics.redaction.shared_values import find_shared_values, shared_replacements
from analytics.redaction.table import view_redacted
from analytics.shipped import sql
from analytics.workspace import Workspace

LINK = "analytics.duckdb"
#: Tables with a row per turn or finer: only the newest weeks are copied.
_TALL = ("turns", "latencies", "events", "tool_calls", "cost_items")
_CORE = ("case_calls", "surveys", "human_labels", "audit_samples", "labels", "cases", *_TALL)
#: Tables that are published from their view in redacted form.
_REDACTED = {"turns": "redacted_turns", "tool_calls": "redacted_tool_calls", "events": "redacted_events"}
#: Unknown keys of records that belong to no text of a call; they are not published.
_HIDDEN = {"calls": "attributes", "surveys": "attributes", "human_labels": "attributes"}
_MART = (*MART_TABLES, "kpi_revisions")


def publish_warehouse(workspace: Workspace) -> Path:
    """Build the file aside and swap it in."""
    return swap_warehouse(workspace, stage_warehouse(workspace))


def stage_warehouse(workspace: Workspace) -> Path:
    """Build `analytics-<run>.duckdb` outside every read path."""
    staged = staged_warehouse(workspace)
    staged.unlink(missing_ok=True)
    with workspace.connection() as connection:
        # storage version of DuckDB 1.0, so that older clients open the file
        connection.execute(f"attach '{_quoted(staged)}' as published (storage_version 'v1.0.0')")
        for schema in ("core", "mart", "meta"):
            connection.execute(f"create schema published.{schema}")
        _create_macros(connection)
        _read_redacted(workspace, connection)
        _copy_core(workspace, connection)
        _copy_mart(connection)
        _write_meta(connection)
        describe(connection)
        connection.execute("detach published")
    return staged


def staged_warehouse(workspace: Workspace) -> Path:
    """Where the file of this run lies before it is published."""
    return workspace.home.stage / f"analytics-{workspace.run_id}.duckdb"


def swap_warehouse(workspace: Workspace, staged: Path) -> Path:
    """Point `warehouse/analytics.duckdb` at the staged file in one rename, and book the publication.

    Readers that have the old file open keep it; the newest `publish.keep` files stay.
    """
    published = _swap(workspace, staged)
    with workspace.ledger.transaction():
        workspace.ledger.remember("published_file_seq", str(workspace.ledger.next_file_seq() - 1))
        confirm_publication(workspace)
    return published


def _create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """`wilson_low`, `wilson_high` and `iso_week` inside the file, for analysts and for the saved questions."""
    connection.execute("use published")
    connection.execute(sql("mart/_macros"))
    connection.execute("use memory")


def _read_redacted(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> None:
    """Make all that is published readable, and find the shared values that redaction changes."""
    for table in ("calls", *_CORE):
        workspace.lake.view(connection, f"core/{table}")
    for table in _MART:
        workspace.lake.view(connection, f"mart/{table}")
    view_redacted(workspace, connection)
    for table, schema in META_SCHEMAS.items():
        rows = pa.Table.from_pylist(meta_rows(workspace, table), schema=schema)
        connection.register(f"meta_{table}", rows)
    relations = [*(f"core.{table}" for table in ("calls", *_CORE)), *(f"mart.{table}" for table in _MART)]
    finder = Finder(policy_of(workspace.settings.redaction))
    find_shared_values(connection, finder, [*relations, *(f"meta_{table}" for table in META_SCHEMAS)])


def _copy_core(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table published.core.calls as"
        " select calls.call_id, source, source_call_id, case_calls.case_id, source_case_id,"
        " calls.* exclude (call_id, source, source_call_id, source_case_id, explicit_case_id)"
        f" {_replacing(connection, 'core.calls', 'calls')}"
        " from core.calls calls join core.case_calls using (call_id) order by call_date, call_id"
    )
    oldest = connection.execute(
        "select max(week) - 7 * ($weeks::integer - 1) from core.calls", {"weeks": workspace.settings.publish.weeks}
    ).fetchall()[0][0]
    for table in _CORE:
        relation = _REDACTED.get(table, f"core.{table}")
        recent = "where call_id in (select call_id from core.calls where week >= $oldest)" if table in _TALL else ""
        connection.execute(
            f"create table published.core.{table} as"
            f" select * {_replacing(connection, relation, table)} from {relation} {table} {recent}",
            {"oldest": oldest} if recent else {},
        )


def _copy_mart(connection: duckdb.DuckDBPyConnection) -> None:
    for table in _MART:
        replacing = _replacing(connection, f"mart.{table}", table)
        connection.execute(f"create table published.mart.{table} as select * {replacing} from mart.{table} {table}")


def _write_meta(connection: duckdb.DuckDBPyConnection) -> None:
    for table in META_SCHEMAS:
        replacing = _replacing(connection, f"meta_{table}", table)
        connection.execute(f"create table published.meta.{table} as select * {replacing} from meta_{table} {table}")


def _replacing(connection: duckdb.DuckDBPyConnection, relation: str, table: str) -> str:
    """The clause that hides unknown keys and puts redacted values in place; `table` is the relation's alias."""
    replaced = shared_replacements(connection, relation, table)
    if table in _HIDDEN:
        replaced[_HIDDEN[table]] = "null::varchar"
    columns = ", ".join(f'{expression} as "{column}"' for column, expression in replaced.items())
    return f"replace ({columns})" if columns else ""


def _swap(workspace: Workspace, staged: Path) -> Path:
    folder = workspace.home.warehouse
    published = folder / staged.name
    with staged.open("rb") as handle:
        os.fsync(handle.fileno())
    staged.replace(published)
    link = workspace.home.stage / LINK
    link.unlink(missing_ok=True)
    link.symlink_to(published.name)
    link.replace(folder / LINK)
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    keep_newest(workspace.home, workspace.settings.publish.keep)
    return published


def keep_newest(home: Home, files: int) -> None:
    """Delete all but the current file and the newest others; who has one open keeps it."""
    current = (home.warehouse / LINK).resolve()
    others = sorted(file for file in home.warehouse.glob("analytics-*.duckdb") if file != current)
    for old in others[: max(len(others) - (files - 1), 0)]:
        old.unlink()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
