"""The contract at the door of publication: Great Expectations suites on the weeks that a publication adds or changes.

One batch per table and week, so that a week bounds the memory. The library takes seconds to import and reads pandas
only: it is imported here, inside, and only when a week differs from what it judged last.
"""

import warnings
from collections.abc import Iterator
from datetime import date
from typing import Any, TypeAlias

import duckdb
import msgspec

from analytics.checks.results import CheckResult, Severity, result
from analytics.checks.suites import Suite, suites
from analytics.core.build import raw_view
from analytics.errors import ContractBroken
from analytics.shipped import sql
from analytics.workspace import Workspace

CONTRACT_CHECKS: dict[str, Severity] = {suite.check_name: "error" for suite in suites()}
_FACT = "contract"
_SHOWN = 5
_TABLES = ("core/calls", "core/case_calls", "core/cases", "mart/kpi_week", "mart/kpi_day")
#: What each week of a table was when its suite passed.
Passed: TypeAlias = dict[str, dict[str, str]]


def check_contract(workspace: Workspace) -> list[CheckResult]:
    """One result per suite; a week that is as it was when it passed is not judged again.

    Raises:
        ContractBroken: an expectation could not be evaluated, which says nothing about the data.
    """
    passed = msgspec.json.decode(workspace.ledger.fact(_FACT) or "{}", type=Passed)
    with workspace.connection() as connection:
        connection.execute(sql("core/_macros"))
        raw_view(workspace, connection, "calls")
        for table in _TABLES:
            workspace.lake.view(connection, table)
        results = [_judge(workspace, connection, suite, passed.setdefault(suite.check_name, {})) for suite in suites()]
    with workspace.ledger.transaction():
        workspace.ledger.remember(_FACT, msgspec.json.encode(passed).decode())
    return results


def _judge(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, suite: Suite, passed: dict[str, str]
) -> CheckResult:
    broken: list[str] = []
    for week, expected_rows in _weeks(workspace, connection, suite):
        fingerprint = f"{_fingerprint(connection, suite, week)} {expected_rows} {suite.expectations}"
        if passed.get(str(week)) != fingerprint:
            failures = list(_failures(connection, suite, week, expected_rows))
            broken += [f"{week} {failure}" for failure in failures]
            passed[str(week)] = "failed" if failures else fingerprint
    why = f"{suite.why}; failed: {', '.join(broken[:_SHOWN])}" if broken else suite.why
    table = suite.table.replace("/", ".")
    return result(workspace.run_id, suite.check_name, "error", len(broken), why, table=table)


def _weeks(workspace: Workspace, connection: duckdb.DuckDBPyConnection, suite: Suite) -> Iterator[tuple[date, int]]:
    """The newest weeks that the published file shows in full, with the number of rows that the books expect."""
    parameters = {"zone": workspace.settings.reporting.timezone} if "$zone" in suite.books else {}
    expected = dict(connection.execute(suite.books, parameters).fetchall())
    weeks = "select distinct week from mart.kpi_week order by week desc limit $weeks"
    for (week,) in connection.execute(weeks, {"weeks": workspace.settings.publish.weeks}).fetchall():
        yield week, expected.get(week, 0)


def _fingerprint(connection: duckdb.DuckDBPyConnection, suite: Suite, week: date) -> str:
    """Changes with any value of the batch and not with the order of its rows."""
    rows = f"select coalesce(sum(hash(batch)::hugeint), 0)::varchar from ({suite.batch}) batch"
    return str(connection.execute(rows, {"week": week}).fetchall()[0][0])


def _failures(connection: duckdb.DuckDBPyConnection, suite: Suite, week: date, expected_rows: int) -> Iterator[str]:
    """Expectation, column and count of what failed; never a value of a row."""
    counted = ("ExpectTableRowCountToEqual", {"value": expected_rows})
    frame = connection.execute(suite.batch, {"week": week}).df()
    for outcome in _validate(frame, [counted, *suite.expectations]):
        name = f"{outcome.expectation_config.type} {outcome.expectation_config.kwargs.get('column', '')}".strip()
        if _raised(outcome.exception_info):
            msg = f"{suite.check_name}: {name} could not be evaluated; a column is missing or of another type"
            raise ContractBroken(msg)
        if not outcome.success:
            count = outcome.result.get("unexpected_count", outcome.result.get("observed_value"))
            yield f"{name} ({count})"


def _validate(frame: Any, expectations: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """Results of all expectations on one frame; counts only, no values."""
    with warnings.catch_warnings():
        # its dependencies import modules that Python has deprecated
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("lodestar").add_dataframe_asset("week")
    batch = asset.add_batch_definition_whole_dataframe("week").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite("contract", [getattr(gx.expectations, name)(**more) for name, more in expectations])
    result_format = {"result_format": "BASIC", "partial_unexpected_count": 0}
    return list(batch.validate(suite, result_format=result_format).results)


def _raised(info: Any) -> bool:
    """Great Expectations calls a check that could not run a failed one; the exception stands at one of two depths."""
    if not isinstance(info, dict):
        return False
    return info.get("raised_exception") is True or any(_raised(value) for value in info.values())
