"""The contract at the door: broken data stops a publication, a broken check is an error, nothing is judged twice."""

from pathlib import Path

import pytest

from analytics.checks import blocking, contract
from analytics.checks.contract import check_contract
from analytics.checks.suites import suites
from analytics.errors import ContractBroken
from analytics.workspace import Workspace
from tests.pipeline import call, land, refresh, summarise, workspace_at

pytestmark = pytest.mark.slow


def built(workspace: Workspace) -> None:
    calls = [call(f"c{n}", "2026-10-05T10:00:00Z", customer_id=f"u{n}", use_case="x") for n in range(30)]
    land(workspace, "1.jsonl", [*calls, call("next", "2026-10-13T10:00:00Z")])
    refresh(workspace)
    summarise(workspace)


def plant(workspace: Workspace, table: str, statement: str) -> None:
    with workspace.connection() as connection:
        workspace.lake.view(connection, table)
        connection.execute(f"create table planted as from {table.replace('/', '.')}; {statement}")
        rows = connection.sql("from planted")
        if table == "core/calls":
            workspace.lake.drop(table)
            workspace.lake.append(table, rows, "call_date")
        else:
            workspace.lake.replace(table, rows)


PLANTED = [
    ("core/calls", "insert into planted from planted where call_id = 'native:c1'", "be_unique call_id (2)"),
    ("core/calls", "delete from planted where call_id = 'native:c1'", "row_count_to_equal (29)"),
    ("core/calls", "update planted set handover = 'lost' where call_id = 'native:c1'", "be_in_set handover (1)"),
    ("core/cases", "update planted set nps_predicted = 11 where week = '2026-10-05'", "be_between nps_predicted (30)"),
    ("core/cases", "delete from planted where case_id = 'native:c1'", "row_count_to_equal (29)"),
    ("mart/kpi_week", "update planted set status = null where metric = 'nps'", "not_be_null status (6)"),
    ("mart/kpi_week", "insert into planted from planted where metric = 'nps'", "be_unique number (12)"),
]


def test_a_suite_passes_on_good_weeks_and_names_what_was_planted(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        built(workspace)
        assert blocking(check_contract(workspace)) == []
        for table, statement, expected in PLANTED:
            before = workspace.lake.version(table)
            plant(workspace, table, statement)
            found = {result.check_name: result for result in blocking(check_contract(workspace))}
            failed = found[f"contract_{table.split('/')[1]}"]
            assert "2026-10-05" in failed.why
            assert expected in failed.why, statement
            assert "native:" not in failed.why, "a result holds no value of a row"
            if table == "core/calls":
                refresh_calls(workspace)
            else:
                workspace.lake.restore(table, before)
            assert blocking(check_contract(workspace)) == []


def refresh_calls(workspace: Workspace) -> None:
    from datetime import date

    workspace.lake.drop("core/calls")
    workspace.ledger.mark_dirty([date(2026, 10, 5), date(2026, 10, 13)])
    refresh(workspace)
    summarise(workspace)


def test_weeks_that_passed_are_not_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        built(workspace)
        judged: list[int] = []
        monkeypatch.setattr(contract, "_validate", lambda frame, _: judged.append(len(frame)) or [])
        check_contract(workspace)
        assert sorted(judged)[:2] == [1, 1], "two weeks of three tables"
        assert len(judged) == 2 * len(suites())
        judged.clear()
        check_contract(workspace)
        assert judged == []
        plant(workspace, "mart/kpi_week", "update planted set n = n + 1 where week = '2026-10-12' and metric = 'nps'")
        check_contract(workspace)
        assert len(judged) == 1


def test_a_check_that_could_not_run_is_an_error_and_no_failed_expectation(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        built(workspace)
        plant(workspace, "core/cases", "alter table planted alter nps_score type varchar using 'ten'")
        with pytest.raises(ContractBroken, match=r"contract_cases: .*nps_score could not be evaluated"):
            check_contract(workspace)
