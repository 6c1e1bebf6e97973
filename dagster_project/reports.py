"""What an asset says of the table that it built: rows, columns with their units, a preview, and its checks.

Metadata stays in the scheduler's history for good, so it never holds an id or a word that somebody said.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import dagster as dg
import duckdb

from analytics.checks import CheckResult, check_table, refuse, shipped_rules
from analytics.lake import Window
from analytics.publish.dictionary import dictionary
from analytics.workspace import Workspace

#: One writer at a time: the home has one lock, and the pool keeps runs in the queue instead of at the lock.
WRITER = "lake_writer"
OWNERS = ["team:analytics"]
#: Tables with one of these columns are counted by day and not shown.
_IDS = {"call_id", "case_id", "customer_key", "survey_id"}
_PREVIEW_ROWS = 5

Results: TypeAlias = Iterator[dg.MaterializeResult]


def spec_of(table: str, kinds: set[str], description: str | None = None) -> dict[str, Any]:
    """What all assets of a table `layer/name` have in common, as arguments of an AssetSpec."""
    layer = table.split("/")[0]
    return {
        "key": table.split("/"),
        "group_name": layer,
        "kinds": kinds,
        "owners": OWNERS,
        "tags": {"layer": layer},
        "description": description or grain(table),
    }


def table_of(table: str, kinds: set[str], description: str | None = None) -> dict[str, Any]:
    """The same as arguments of the decorator of a single asset; one that is not published describes itself."""
    return spec_of(table, kinds, description) | {"pool": WRITER, "check_specs": checks_of(table)}


def checks_of(table: str) -> list[dg.AssetCheckSpec]:
    """The rules that judge a table in the step that builds it."""
    return [
        dg.AssetCheckSpec(rule.name, asset=table.split("/"), description=rule.why, blocking=rule.severity == "error")
        for rule in shipped_rules()
        if rule.table == table and rule.when == "built"
    ]


def grain(table: str) -> str:
    """One row per what, as the dictionary says it."""
    entry = dictionary().tables[table.replace("/", ".")]
    return entry.grain[0].upper() + entry.grain[1:] + "."


def read_by_checks(table: str) -> set[dg.AssetKey]:
    """Other tables that the checks of a table read, and that must be built before it therefore."""
    judged = [rule for rule in shipped_rules() if rule.table == table and rule.when == "built"]
    return {dg.AssetKey(name.split("/")) for rule in judged for name in rule.inputs if name != table}


def reported(workspace: Workspace, table: str, rows: int, *, window: Window | None = None, **metadata: Any) -> Results:
    """Report a table that was just built, with its checks; stop where one of them blocks.

    Raises:
        NotPublishable: a rule of severity error has an offender.
    """
    results = check_table(workspace, table, window)
    yield dg.MaterializeResult(
        asset_key=table.split("/"),
        metadata={"dagster/row_count": rows, **described(workspace, table), **metadata},
        check_results=[check_result(result, table) for result in results],
    )
    refuse(results)


def check_result(result: CheckResult, table: str) -> dg.AssetCheckResult:
    """A check of the asset `table` as Dagster shows it: rule and count, no row."""
    severity = dg.AssetCheckSeverity.ERROR if result.severity == "error" else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        check_name=result.check_name,
        asset_key=table.split("/"),
        passed=result.status == "passed",
        severity=severity,
        description=result.why,
        metadata={"offenders": result.n},
    )


def described(workspace: Workspace, table: str) -> dict[str, Any]:
    """Column schema and preview of a table."""
    with workspace.connection() as connection:
        workspace.lake.view(connection, table)
        name = table.replace("/", ".")
        columns = [(column, type_) for column, type_, *_ in connection.execute(f"describe {name}").fetchall()]
        schema = dg.TableSchema([dg.TableColumn(c, type_, description=_meaning(name, c)) for c, type_ in columns])
        preview = _preview(connection, name, {column for column, _ in columns})
    return {"dagster/column_schema": schema} | ({"preview": preview} if preview else {})


def _meaning(table: str, column: str) -> str | None:
    try:
        return dictionary().meaning(table, column)
    except KeyError:
        return None  # a column of the lake that is not published


def _preview(connection: duckdb.DuckDBPyConnection, name: str, columns: set[str]) -> dg.TableMetadataValue | None:
    if not columns & _IDS:
        statement = f"select * from {name} limit {_PREVIEW_ROWS}"
    elif "call_date" in columns:
        statement = f"select call_date, count(*) as rows from {name} group by all order by 1 desc limit {_PREVIEW_ROWS}"
    else:
        return None
    shown = connection.execute(statement)
    names = [column[0] for column in shown.description or []]
    records = [dg.TableRecord({k: str(v) for k, v in zip(names, row, strict=True)}) for row in shown.fetchall()]
    return dg.MetadataValue.table(records, schema=dg.TableSchema([dg.TableColumn(column) for column in names]))
