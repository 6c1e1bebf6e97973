"""From records with audits to the published north star, its movement and its drivers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.checks import run_checks
from analytics.workspace import Workspace
from tests.pipeline import call, land, refresh, rows, summarise, workspace_at

FIRST, WEEKS, CASES, AUDITS = date(2026, 9, 7), 9, 60, 30
STAR = "metric = 'north_star' and dimension = 'all'"


def monday(week: int) -> date:
    return FIRST + timedelta(weeks=week)


def is_good(week: int, number: int) -> bool:
    """The truth: 42 of 60 cases, in the last week 30; only refunds got worse."""
    return number < 42 and not (week == WEEKS - 1 and number % 2 and number < 24)


def label(week: int, number: int) -> dict[str, Any]:
    """The labeler errs on every fifth case."""
    good = is_good(week, number) != (number % 5 == 0)
    return {"outcome": "resolved" if good else "unresolved", "nps_predicted": 8 if good else 4}


def case_id(week: int, number: int) -> str:
    return f"{week}-{number}"


def calls() -> list[dict[str, Any]]:
    return [
        call(case_id(week, number), f"{monday(week)}T10:00:00Z", use_case="refund" if number % 2 else "order", agent={"id": "a", "version": "1"})
        for week in range(WEEKS)
        for number in range(CASES)
    ]  # fmt: skip


def audit(week: int, number: int, **more: Any) -> dict[str, Any]:
    good = is_good(week, number)
    labeled_at = datetime(2026, 11, 20, tzinfo=UTC).isoformat()
    said = {"handled": good, "nps": 8 if good else 3, "labeled_by": "r-1", "labeled_at": labeled_at}
    drawn = {"sample_id": f"{week}", "sampling_probability": AUDITS / CASES}
    return {"record": "human_label", "case_id": case_id(week, number)} | said | drawn | more


def audits() -> list[dict[str, Any]]:
    return [audit(week, number) for week in range(WEEKS) for number in range(CASES) if (number // 2 + week) % 2]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Nine final weeks of 60 cases, half of them audited, published once without and once with the audits."""
    root: Path = tmp_path_factory.mktemp("home")
    labels = {
        f"native:{case_id(week, number)}": label(week, number) for week in range(WEEKS) for number in range(CASES)
    }
    with workspace_at(root, as_of=datetime(2026, 11, 24, tzinfo=UTC)) as workspace:
        land(workspace, "calls.jsonl", calls())
        refresh(workspace, labels)
        summarise(workspace)
    with workspace_at(root) as workspace:
        # what no draw asked for, what has no probability and what is about a call calibrates nothing
        noise = [audit(0, n, sampling_probability=None, labeled_by="r-2", handled=False) for n in range(CASES)]
        land(workspace, "audits.jsonl", [*audits(), *noise])
        refresh(workspace, labels)
        summarise(workspace)
        yield workspace


pytestmark = pytest.mark.slow


def test_audits_carry_the_headline_once_every_final_week_has_them(published: Workspace) -> None:
    found = rows(published, f"select * from mart.kpi_week where {STAR} order by week")
    assert {row["estimator"] for row in found} == {"audit_corrected"}
    for week, row in enumerate(found):
        truth = sum(is_good(week, number) for number in range(CASES)) / CASES
        assert row["ci_low"] <= truth <= row["ci_high"]
        assert row["n"] == CASES
        assert row["observed_value"] == row["numerator"] / row["denominator"]


def test_every_estimator_stands_beside_it_or_says_why_not(published: Workspace) -> None:
    found = rows(published, "select * from mart.north_star_estimates where dimension = 'all'")
    last = {row["estimator"]: row for row in found if row["week"] == monday(WEEKS - 1)}
    assert len(last) == 6
    assert last["audit_corrected"]["n"] == 8 * AUDITS
    assert last["audit_corrected"]["is_headline"]
    assert (last["survey_only"]["status"], last["survey_corrected"]["status"]) == ("refused", "refused")
    assert last["callback_corrected"]["reason"] == "fewer than 100 answers in the random call-back arm"
    assert last["inferred"]["gap_to"] == "audit_corrected"
    assert all((row["value"] is None) == (row["status"] not in ("final", "provisional")) for row in found)
    assert {row["labeler_version"] for row in found} == {"scripted-1"}


def test_segments_need_50_audited_cases(published: Workspace) -> None:
    query = "select week, n, value, is_headline from mart.north_star_estimates where segment = 'refund' and estimator = 'audit_corrected' order by week"
    found = rows(published, query)
    assert [row["value"] is not None for row in found] == [row["n"] >= 50 for row in found]
    assert found[-1]["n"] >= 50


def test_an_audit_label_never_replaces_the_figure_of_its_own_case(published: Workspace) -> None:
    (row,) = rows(published, f"select numerator from mart.kpi_week where {STAR} and week = '{monday(0)}'")
    assert row["numerator"] == sum(label(0, number)["nps_predicted"] == 8 for number in range(CASES))


def test_drivers_name_the_segment_that_got_worse_and_add_up(published: Workspace) -> None:
    found = rows(published, f"select * from mart.north_star_drivers where week = '{monday(WEEKS - 1)}'")
    worst = next(row for row in found if row["dimension"] == "use_case" and row["rank"] == 1)
    assert worst["segment"] == "refund"
    assert abs(worst["handled_effect"]) > abs(worst["mix_effect"])
    total = {row["segment"]: row["total_effect"] for row in found if row["dimension"] == "all"}
    by_use_case = sum(row["total_effect"] for row in found if row["dimension"] == "use_case")
    assert by_use_case == pytest.approx(total["all"], abs=1e-9)
    star = rows(published, f"select value from mart.kpi_week where {STAR} order by week")
    assert sum(total.values()) == pytest.approx(star[-1]["value"] - star[-2]["value"], abs=1e-9)


def test_the_first_week_has_no_driver_and_no_movement(published: Workspace) -> None:
    assert rows(published, f"select 1 from mart.north_star_drivers where week = '{monday(0)}'") == []
    star = rows(published, f"select verdict, limits, series_start from mart.kpi_week where {STAR} order by week")
    assert star[0] == {"verdict": None, "limits": "provisional", "series_start": monday(0)}
    assert star[1]["verdict"] == "no detectable change"


def test_more_audits_and_another_estimator_are_reasons_of_a_revision(published: Workspace) -> None:
    found = rows(
        published, "select distinct reason from mart.kpi_revisions where metric = 'north_star' and dimension = 'all'"
    )
    assert found == [{"reason": "estimator"}]


def test_every_check_passes(published: Workspace) -> None:
    named = {check.check_name: check for check in run_checks(published)}
    for name in ("drivers_add_up", "estimates_are_shares", "one_headline_per_week", "north_star_is_its_factors"):
        assert named[name].status == "passed", named[name].message
