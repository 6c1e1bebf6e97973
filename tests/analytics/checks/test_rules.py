"""Every shipped rule passes on good tables and finds its offender; what was judged is kept until its tables change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from analytics.checks import Rule, blocking, check_table, refuse, run_checks, shipped_rules, stored
from analytics.errors import NotPublishable
from analytics.lake import Window, named_in
from analytics.shipped import sql
from analytics.workspace import Workspace
from tests.pipeline import call, land, refresh, summarise, workspace_at

DAY = "2026-10-05"
LABELS = {f"native:c{n}": {"outcome": "resolved", "nps_predicted": 8, "sentiment": "positive"} for n in range(40)}


def calls() -> list[dict[str, object]]:
    more = {"turns": [
        {"seq": 0, "speaker": "caller", "text": "please help me now"},
        {"seq": 1, "speaker": "agent", "text": "done", "latency": {"ttft_ms": 900}},
    ], "usage": [{"component": "telephony", "billed_s": 60, "cost": {"amount": "0.5", "currency": "USD"}}]}  # fmt: skip
    return [call(f"c{n}", f"{DAY}T10:00:{n:02}Z", customer_id=f"u{n}", use_case="x", **more) for n in range(40)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Forty calls of one Monday with labels, one survey and one review, up to the marts."""
    with workspace_at(tmp_path_factory.mktemp("checked") / "home") as workspace:
        survey = {"record": "survey", "id": "s", "call_id": "c0", "instrument": "nps", "score": 9,
                  "answered_at": f"{DAY}T11:00:00Z"}  # fmt: skip
        review = {"record": "human_label", "call_id": "c0", "labeled_by": "r", "labeled_at": f"{DAY}T12:00:00Z",
                  "outcome": "resolved"}  # fmt: skip
        land(workspace, "1.jsonl", [*calls(), survey, review])
        refresh(workspace, LABELS)
        summarise(workspace)
        run_checks(workspace)
        yield workspace


#: A statement that plants an offender of each rule; every rule has one.
OFFENDERS = {
    "answers_take_their_time": "update core.turns set ttft_ms = 0 where ttft_valid",
    "call_ids_are_unique": "insert into core.calls select * from core.calls limit 1",
    "call_values_are_known": "update core.calls set end_reason = 'exploded'",
    "calls_are_fresh": "update core.calls set started_at = started_at - interval 1 year",
    "calls_end_after_they_start": "update core.calls set ended_at = started_at - interval 1 second",
    "calls_lie_on_their_day": "update core.calls set call_date = call_date + 1",
    "cases_hang_together": "update core.cases set handled_positive = true, handled = false",
    "cases_hold_their_calls": "delete from core.case_calls where call_id = 'native:c1'",
    "components_sum_to_total": "update mart.cost_week set cost_usd = 1 where component = 'all'",
    "costs_are_not_negative": "update core.cost_items set cost_usd = -1",
    "costs_sum_to_calls": "insert into core.cost_items select * from core.cost_items limit 1",
    "days_sum_to_weeks": "update mart.kpi_day set numerator = numerator + 1",
    "drivers_add_up": (
        "insert into mart.kpi_week select * replace (week + 7 as week) from mart.kpi_week;"
        " insert into mart.north_star_drivers by name select min(week) as previous_week, min(week) + 7 as week,"
        " 'channel' as dimension, 0.1 as mix_effect, 0.0 as handled_effect, 0.0 as nps_effect from mart.kpi_week"
        " where metric = 'north_star' and observed_value is not null"
    ),
    "each_number_stands_once": "insert into mart.kpi_week select * from mart.kpi_week limit 1",
    "estimates_are_shares": "update mart.north_star_estimates set value = ci_high + 0.01",
    "every_call_has_one_case": "delete from core.case_calls where call_id = 'native:c1'",
    "every_call_has_one_status": "update core.labels set is_current = false where call_id = 'native:c1'",
    "excluded_calls_have_a_reason": "update core.calls set eligible = false",
    "intervals_hold_their_value": "update mart.kpi_week set ci_low = 0, value = 0.9, ci_high = 0.1",
    "labels_are_in_their_vocabulary": "update core.labels set outcome = 'great'",
    "labels_do_not_fail_widely": "update core.labels set status = 'error' where call_id < 'native:c13'",
    "labels_seldom_fail": "update core.labels set status = 'invalid' where call_id = 'native:c1'",
    "north_star_is_its_factors": "update mart.kpi_week set observed_value = 0.5 where metric = 'handled_rate'",
    "numbers_have_a_status": "update mart.kpi_week set status = 'guessed'",
    "one_headline_per_week": "update mart.north_star_estimates set is_headline = true",
    "only_eligible_calls_are_labeled": "update core.labels set status = 'gated'",
    "percentiles_are_ordered": "insert into mart.latency_week by name select week, 'ttft' as component, 'all' as dimension,"
    " 'all' as segment, 3 as p50_ms, 2 as p90_ms, 1 as p95_ms, 0 as p99_ms from mart.kpi_week limit 1",
    "scores_are_nps": "update core.surveys set score = 11",
    "segments_sum_to_the_total": "update mart.kpi_week set numerator = 1 where metric = 'calls' and dimension <> 'all'",
    "shares_are_shares": "update mart.kpi_week set numerator = denominator + 1 where metric = 'handled_rate'",
    "turns_are_counted_once": "insert into core.turns select * from core.turns limit 1",
    "unknown_values_are_rare": "update core.calls set end_reason = 'unknown', received_end_reason = 'melted'",
}


#: Rules about volumes, tested below on weeks of literal rows.
OF_VOLUME = {"open_hours_have_calls", "survey_volume_is_usual", "reviewers_agree_as_before"}


def test_every_rule_has_an_offender_here() -> None:
    assert OFFENDERS.keys() | OF_VOLUME == {rule.name for rule in shipped_rules()}


@pytest.mark.parametrize("name", OFFENDERS)
def test_a_rule_passes_on_good_tables_and_finds_its_offender(name: str, built: Workspace) -> None:
    (rule,) = [rule for rule in shipped_rules() if rule.name == name]
    with built.connection() as connection:
        connection.execute(sql("core/_macros"))
        for table in sorted({*rule.inputs, "mart/kpi_week"}):
            view = table.replace("/", ".")
            built.lake.view(connection, table)
            connection.execute(
                f"create table copied as from {view}; drop view {view}; create table {view} as from copied"
            )
            connection.execute("drop table copied")
        assert offenders(built, connection, rule) == []
        for statement in OFFENDERS[name].split("; "):
            connection.execute(statement)
        assert offenders(built, connection, rule) != []


def offenders(workspace: Workspace, connection: duckdb.DuckDBPyConnection, rule: Rule) -> list[tuple[object, ...]]:
    parameters = workspace.parameters() | workspace.settings.quality.model_dump()
    # the newest call is seven weeks old: fresh enough for this table
    parameters |= {"warn_age_h": 24 * 60}
    return connection.execute(rule.text, named_in(rule.text, parameters)).fetchall()


AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
BUSY = """
create schema core;
create table core.calls as
select timestamptz '2026-11-20 10:00Z' - to_days(7 * week::integer) + to_hours(hour::integer) as started_at,
    date_trunc('week', started_at)::date as week, week || '-' || hour || '-' || number as call_id
from range(9) weeks(week), range(3) hours(hour), range(25) numbers(number);
"""


def judge(name: str, tables: str, **more: object) -> list[tuple[object, ...]]:
    (rule,) = [rule for rule in shipped_rules() if rule.name == name]
    parameters: dict[str, object] = {
        "as_of": AS_OF, "zone": "UTC", "open_hour_calls": 20, "warn_survey_volume_share": 0.6,
        "warn_agreement_drop": 0.1,
    }  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(sql("core/_macros"))
        connection.execute(tables)
        return connection.execute(rule.text, named_in(rule.text, parameters | more)).fetchall()


def test_an_hour_that_is_always_busy_and_had_no_call_is_named() -> None:
    assert judge("open_hours_have_calls", BUSY) == []
    silent = BUSY + "delete from core.calls where started_at = timestamptz '2026-11-20 11:00Z'"
    assert judge("open_hours_have_calls", silent) == [(datetime(2026, 11, 20, 11), 25.0)]  # noqa: DTZ001 (local hour)
    assert judge("open_hours_have_calls", silent, open_hour_calls=26) == []


SURVEYS = """
create schema core;
create table core.calls as select unnest(generate_series(date '2026-09-14', date '2026-11-16', interval 7 day))::date as week;
create table core.surveys as
select timezone('UTC', week::timestamp) + to_hours(10) as answered_at, 9 as score
from core.calls, range({answers}) answers where week < date '2026-11-16' union all
select timestamptz '2026-11-17 10:00Z', 9 from range({newest});
"""


@pytest.mark.parametrize(("newest", "found"), [(6, []), (5, [(date(2026, 11, 16), 5, 10.0)])])
def test_a_week_with_too_few_answers_is_named(newest: int, found: list[object]) -> None:
    tables = SURVEYS.replace("{answers}", "10").replace("{newest}", str(newest))
    assert judge("survey_volume_is_usual", tables) == found


REVIEWS = """
create schema core;
create table core.calls as select 'c' || number as call_id, date '2026-11-16' - 7 * (number // 10)::integer as week
from range(120) numbers(number);
create table core.labels as select call_id, 'resolved' as outcome, true as is_current, 'ok' as status from core.calls;
create table core.human_labels as
select call_id, case when week > date '2026-10-19' and call_id similar to '.*[{digits}]' then 'unresolved' else 'resolved' end as outcome
from core.calls;
"""


def test_a_drop_of_the_agreement_with_reviewers_is_named() -> None:
    assert judge("reviewers_agree_as_before", REVIEWS.replace("{digits}", "x")) == []
    tenth = judge("reviewers_agree_as_before", REVIEWS.replace("{digits}", "1"))
    assert tenth == [], "36 of 40 after 80 of 80: a tenth is allowed"
    assert judge("reviewers_agree_as_before", REVIEWS.replace("{digits}", "12")) == [(32, 40, 80, 80)]


def test_a_result_is_kept_until_a_table_that_it_read_changes(built: Workspace) -> None:
    before = {result.check_name: result.run_id for result in run_checks(built)}
    object.__setattr__(built, "run_id", "later")
    again = {result.check_name: result.run_id for result in run_checks(built)}
    rules = {rule.name for rule in shipped_rules()}
    assert {name for name in rules if again[name] != before[name]} == set()
    with built.connection() as connection:
        built.lake.view(connection, "mart/kpi_week")
        connection.execute("create table changed as select * replace ('guessed' as status) from mart.kpi_week")
        built.lake.replace("mart/kpi_week", connection.sql("from changed"))
    changed = {result.check_name: result for result in run_checks(built)}
    assert (changed["numbers_have_a_status"].status, changed["numbers_have_a_status"].run_id) == ("failed", "later")
    assert changed["call_ids_are_unique"].run_id == before["call_ids_are_unique"]
    with pytest.raises(NotPublishable, match="numbers_have_a_status"):
        refuse(stored(built.ledger))


def test_days_that_were_built_are_judged_alone(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        land(workspace, "1.jsonl", [call("a", f"{DAY}T10:00:00Z"), call("b", "2026-10-06T10:00:00Z")])
        refresh(workspace)
        with workspace.connection() as connection:
            workspace.lake.view(connection, "core/calls")
            bad = connection.sql("select * replace (false as eligible) from core.calls where call_date = '2026-10-06'")
            workspace.lake.replace_window("core/calls", bad, Window(date(2026, 10, 6), date(2026, 10, 7)))
        days = [Window(date(2026, 10, day), date(2026, 10, day + 1)) for day in (5, 6)]
        assert [len(blocking(check_table(workspace, "core/calls", day))) for day in days] == [0, 1]


def test_what_stops_a_run_names_rules_and_counts_and_no_row(built: Workspace) -> None:
    (failed,) = [result for result in stored(built.ledger) if result.check_name == "numbers_have_a_status"]
    assert "for example: week 2026-10-05" in failed.message
    with pytest.raises(NotPublishable) as refused:
        refuse([failed])
    assert "2026" not in str(refused.value)
