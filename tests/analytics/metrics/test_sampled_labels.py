"""Where a budget sampled the calls to label, decided cases stand for those that were left out."""

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from analytics.shipped import sql

#: case, how its need and its NPS are known, probability of its label, NPS of 7 or more.
CASES = (
    ("a", "label", "inferred", 0.25, True),
    ("b", "label", "inferred", 0.25, False),
    ("c", "stated", "inferred", 0.5, True),
    ("d", "label", "survey", 0.5, False),
    ("e", "stated", "survey", 0.25, True),
)
WEIGHTS = {"a": 4, "b": 4, "c": 2, "d": 2, "e": 1}


@pytest.fixture
def facts() -> duckdb.DuckDBPyConnection:
    """Five decided cases of one call each, a minute and a dollar long."""
    connection = duckdb.connect()
    connection.execute(sql("mart/_macros"))
    connection.execute("create schema core")
    connection.execute(
        "create table core.cases as select col0 as case_id, col1 as handled_source, col2 as nps_source,"
        " col3 as selection_probability, true as eligible, true as settled, true as week_final, true as day_settled,"
        " timestamptz '2026-10-05' as opened_at, date '2026-10-05' as week, date '2026-10-05' as day, true as decided,"
        " true as handled, col4 as handled_positive, 'x' as use_case, '1' as agent_version, 'en' as language,"
        " 'phone' as channel, 'native' as source, col0 as first_call_id, 'v' as labeler_version,"
        " if(col4, 9, 3) as nps_predicted, if(col2 = 'survey', if(col4, 9, 3), null) as nps_score"
        f" from (values {', '.join(map(repr, CASES))})"
    )
    connection.execute(
        f"create table _facts_case as select * from ({sql('mart/_facts_case')})", {"as_of": "2026-11-25T00:00:00Z"}
    )
    connection.execute(
        "create table _facts_call as select case_id as call_id, case_id, week, day, use_case, agent_version, language,"
        " channel, source, true as connected_production, true as cost_known, 1::decimal(38, 12) as cost_usd,"
        " 1::decimal(38, 15) as connected_minutes, null::decimal(38, 12) as fixed_usd, 60::decimal(38, 6) as billed_s,"
        " true as settled_day from core.cases"
    )
    connection.execute(
        "create table core.cost_items as select call_id, 'llm' as component, 'm' as model, true as included_in_total,"
        " cost_usd from _facts_call"
    )
    connection.execute("create table core.labels as select call_id, 0::decimal(38, 12) as cost_usd from _facts_call")
    return connection


def one(facts: duckdb.DuckDBPyConnection, name: str, **parameters: Any) -> dict[str, Any]:
    found = facts.sql(sql(name), params=parameters).to_arrow_table().to_pylist()
    return next(row for row in found if row.get("component", "all") == "all")


def test_only_a_case_that_needed_a_label_is_weighted(facts: duckdb.DuckDBPyConnection) -> None:
    assert dict(facts.execute("select case_id, weight from _facts_case").fetchall()) == WEIGHTS


def test_spending_is_held_against_the_good_cases_that_there_are(facts: duckdb.DuckDBPyConnection) -> None:
    row = one(facts, "mart/cost_week", high_call_usd=Decimal(1))
    assert row["handled_positive_cases"] == 3
    assert row["cost_per_handled_positive_case_usd"] == pytest.approx(5 / 7)
    spend = facts.sql(f"select sum(handled_positive), sum(handled_positive_weight) from ({sql('mart/_facts_spend')})")
    assert spend.fetchall() == [(3, Decimal(7))]


def test_the_frontier_shows_the_weighted_north_star_and_how_much_it_knows(facts: duckdb.DuckDBPyConnection) -> None:
    row = one(facts, "mart/frontier", min_n=1)
    assert (row["cases"], row["handled_positive_cases"]) == (5, 3)
    assert row["north_star"] == pytest.approx(7 / 13)
    effective = 13**2 / sum(weight**2 for weight in WEIGHTS.values())
    low, high = facts.execute(
        "select wilson_low($k, $n), wilson_high($k, $n)", {"k": 7 / 13 * effective, "n": effective}
    ).fetchall()[0]
    assert (row["north_star_ci_low"], row["north_star_ci_high"]) == (pytest.approx(low), pytest.approx(high))


def test_surveys_weigh_as_their_cases_and_labels_as_labels(facts: duckdb.DuckDBPyConnection) -> None:
    facts.execute(
        "create table _star_answers as select '' as case_id, 0 as unasked_score, 0 as arm_score, 1.0 as arm_probability limit 0"
    )
    facts.execute(f"create table _star_cases as {sql('mart/_star_cases')}")
    cells = facts.sql(f"select * from ({sql('mart/_star_cells')}) where dimension = 'all'").to_arrow_table().to_pylist()
    names = ("surveyed", "inferred")
    assert [cells[0][name] for name in names] == [2, 5]
    assert [cells[0][f"{name}_weight"] for name in names] == [2 + 1, 4 + 4 + 2 + 2 + 4]
    assert [cells[0][f"{name}_good_weight"] for name in names] == [1, 4 + 2 + 4]


def test_customers_are_called_back_for_all_silent_ones_not_for_those_with_a_label(
    facts: duckdb.DuckDBPyConnection,
) -> None:
    """Half of the stated cases have a label. Everybody who answered is known, of the silent ones those with a label."""
    facts.execute(
        "create table _star_answers as select * from (values ('d', 3, null, null), ('e', null, 9, 0.1))"
        " answers(case_id, unasked_score, arm_score, arm_probability)"
    )
    facts.execute(f"create table _star_cases as {sql('mart/_star_cases')}")
    cell = (
        facts.sql(f"select * from ({sql('mart/_star_cells')}) where dimension = 'all'").to_arrow_table().to_pylist()[0]
    )
    assert (cell["answered_weight"], cell["answered_liked_weight"]) == (2, 0)
    assert (cell["silent"], cell["silent_weight"], cell["silent_liked_weight"]) == (4, 4 + 4 + 2 + 4, 4 + 2 + 4)
    assert (cell["labelled"], cell["labelled_weight"], cell["labelled_liked_weight"]) == (5, 16, 10)
    drawn = facts.sql(f"select y, f, probability from ({sql('mart/_star_callbacks')})").fetchall()
    assert drawn == [(1.0, 1.0, pytest.approx(0.1 * 0.25))]


def test_an_answer_without_a_label_says_nothing_of_labels(facts: duckdb.DuckDBPyConnection) -> None:
    facts.execute("update _facts_case set nps_predicted = null where case_id = 'e'")
    facts.execute(
        "create table _star_answers as select 'e' as case_id, null as unasked_score, 9 as arm_score, 0.1 as arm_probability"
    )
    facts.execute(f"create table _star_cases as {sql('mart/_star_cases')}")
    cell = (
        facts.sql(f"select * from ({sql('mart/_star_cells')}) where dimension = 'all'").to_arrow_table().to_pylist()[0]
    )
    assert (cell["answered_weight"], cell["silent"], cell["silent_weight"]) == (0, 4, 4 + 4 + 2 + 2)
    assert facts.sql(f"select * from ({sql('mart/_star_callbacks')})").fetchall() == []
