"""The sample calls come out of the pipeline as `data_samples/README.md` states, and are what it says that they are.

The tables under "What to expect" are the expectation: they were counted apart from the pipeline. Each test holds one
of them, or one of the named examples, against what a run over the folder has published.
"""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data_samples"
README = (SAMPLES / "README.md").read_text("utf-8")
WEEKS = ("2026-W41", "2026-W42", "2026-W43")
AS_OF = "2026-11-10T06:00:00Z"

Rows = dict[str, tuple[Any, ...]]


def _tables() -> dict[str, list[list[str]]]:
    """Tables under "What to expect", by the text of their first head cell; the head comes first."""
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in README.partition("## What to expect")[2].splitlines():
        if not line.startswith("|"):
            rows = []
            continue
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        rows.append(cells)
        found[rows[0][0]] = rows
    return found


TABLES = _tables()


def stated(name: str) -> Rows:
    """Rows of one table of the README: first cell to the others, whole numbers as int."""
    return {
        first: tuple(int(cell) if cell.isdecimal() else cell for cell in others) for first, *others in TABLES[name][2:]
    }


def records(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / file).read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file of one run over the sample folder alone."""
    home = tmp_path_factory.mktemp("samples")
    command = [sys.executable, "-m", "dagster_project.cli", "run", "--home", str(home)]
    command += ["--landing", str(SAMPLES), "--as-of", AS_OF]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LODESTAR_")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(home / "warehouse" / "analytics.duckdb"), read_only=True) as connection:
        yield connection


def rows(published: duckdb.DuckDBPyConnection, sql: str, *values: object) -> Rows:
    """First column as text to the other columns."""
    return {str(first): tuple(others) for first, *others in published.execute(sql, list(values)).fetchall()}


def one(published: duckdb.DuckDBPyConnection, sql: str, *values: object) -> Any:
    """The only value of the only row."""
    ((value,),) = published.execute(sql, list(values)).fetchall()
    return value


# ---- the files themselves


def test_call_ids_are_unique() -> None:
    ids = [record["id"] for record in records("calls.jsonl")]
    assert len(ids) == len(set(ids)) == 214


def test_every_call_that_the_readme_names_is_there() -> None:
    named = set(re.findall(r"\b(?:telecom|clinic|bank|utility|parcel|travel)-\d{3}\b", README))
    assert named - {record["id"] for record in records("calls.jsonl")} == {"parcel-999"}


@pytest.mark.parametrize("file", ["calls.jsonl", "children.jsonl", "revisions.jsonl", "surveys.jsonl"])
def test_numbers_and_addresses_are_of_reserved_ranges(file: str) -> None:
    text = (SAMPLES / file).read_text("utf-8")
    assert set(re.findall(r"[\w.]+@([\w.]+\w)", text)) <= {"example.com"}
    assert all(number.startswith("555-01") for number in re.findall(r"\b\d{3}-\d{4}\b", text))


def test_human_labels_are_about_calls_that_exist() -> None:
    labeled = {
        record["call_id"] for record in records("surveys.jsonl") if "labeled_by" in record and "call_id" in record
    }
    assert len(labeled) == 155
    assert labeled <= {record["id"] for record in records("calls.jsonl")}


def test_annotations_name_known_metrics_and_real_days() -> None:
    with (SAMPLES / "annotations.csv").open(encoding="utf-8", newline="") as file:
        annotations = list(csv.DictReader(file))
    metrics = {path.stem for path in (ROOT / "sql" / "metrics").glob("*.yaml")} | {"*"}
    assert {row["metric"] for row in annotations} <= metrics
    assert all(date.fromisoformat(row["start"]) <= date.fromisoformat(row["end"]) for row in annotations)
    releases = [(row["start"], row["segment"]) for row in annotations if row["kind"] == "release"]
    assert ("2026-09-15", "42") in releases


# ---- totals


@pytest.mark.slow
def test_every_row_is_booked_once(published: duckdb.DuckDBPyConnection) -> None:
    sql = "select file, rows_in, rows_loaded, rows_quarantined, rows_superseded from meta.files where status = 'loaded'"
    assert rows(published, sql) == stated("file")


@pytest.mark.slow
def test_files_that_are_no_calls_are_skipped_and_listed(published: duckdb.DuckDBPyConnection) -> None:
    sql = "select file, status, rows_in from meta.files where status <> 'loaded'"
    others = ("README.md", "annotations.csv", "price_book.csv")
    assert rows(published, sql) == dict.fromkeys(others, ("skipped", 0))


@pytest.mark.slow
def test_nothing_is_quarantined(published: duckdb.DuckDBPyConnection) -> None:
    assert one(published, "select count(*) from meta.quarantine") == 0


@pytest.mark.slow
def test_core_tables_hold_as_many_rows_as_stated(published: duckdb.DuckDBPyConnection) -> None:
    tables = stated("core table")
    assert {name: (one(published, f"select count(*) from core.{name}"),) for name in tables} == tables


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "sql"),
    [
        (
            "ineligible_reason",
            "select coalesce(ineligible_reason, 'none (eligible)'), count(*) from core.calls group by 1",
        ),
        ("end_reason", "select coalesce(end_reason, 'absent'), count(*) from core.calls group by 1"),
        ("event type", "select type, count(*) from core.events group by 1"),
        ("handover", "select handover, count(*), count(*) filter (eligible) from core.calls group by 1"),
        (
            "dropped",
            """select coalesce(dropped::varchar, 'unknown'), count(*) from core.calls
               where connected and environment = 'production' group by 1""",
        ),
        (
            "ttft_source",
            """select ttft_source, count(*), count(*) filter (eligible) from core.turns join core.calls using (call_id)
               where ttft_valid group by 1""",
        ),
        (
            "interface",
            "select interface, count(*), count(*) filter (error_type = 'timeout') from core.tool_calls group by 1",
        ),
        (
            "basis",
            """select basis, count(*) from core.cost_items group by 1
               union all select 'of these, beside the total', count(*) from core.cost_items where not included_in_total""",
        ),
        ("case_key_source", "select case_key_source, count(*), count(*) filter (eligible) from core.cases group by 1"),
        ("nps_class", "select nps_class, count(*) from core.surveys where not excluded group by 1"),
    ],
)
def test_totals_are_as_stated(published: duckdb.DuckDBPyConnection, table: str, sql: str) -> None:
    assert rows(published, sql) == stated(table)


@pytest.mark.slow
def test_a_call_is_eligible_exactly_where_it_has_no_ineligible_reason(published: duckdb.DuckDBPyConnection) -> None:
    assert one(published, "select count(*) from core.calls where eligible <> (ineligible_reason is null)") == 0


@pytest.mark.slow
def test_every_answer_counts_or_says_why_not(published: duckdb.DuckDBPyConnection) -> None:
    reasons = {
        "not_nps": "another instrument",
        "before_case": "before the case",
        "superseded_by_later": "a later answer counts",
        "too_late": "too late for the week",
        "ineligible_case": "case without an eligible call",
    }
    sql = """select case when not excluded then 'counted' when score is null then 'unanswered' else excluded_reason end,
                    count(*) from core.surveys group by 1"""
    assert {reasons.get(name, name): counts for name, counts in rows(published, sql).items()} == stated("nps answer")


# ---- weeks


def _weekly(table: str) -> list[tuple[str, str, str]]:
    return [(name, week, cell) for name, *cells in TABLES[table][2:] for week, cell in zip(WEEKS, cells, strict=True)]


def _kpi(published: duckdb.DuckDBPyConnection, metric: str, week: str, column: str) -> Any:
    found = published.execute(
        f"select {column} from mart.kpi_week where dimension = 'all' and metric = ? and iso_week = ?", [metric, week]
    ).fetchall()
    return found[0][0] if found else None


@pytest.mark.slow
@pytest.mark.parametrize(("metric", "week", "cell"), [row for row in _weekly("metric") if " / " in row[2]])
def test_rate_of_the_week_stands_on_the_stated_counts(
    published: duckdb.DuckDBPyConnection, metric: str, week: str, cell: str
) -> None:
    numerator, denominator = (float(part) for part in cell.split(" / "))
    assert _kpi(published, metric, week, "numerator") == pytest.approx(numerator, abs=1e-6)
    assert _kpi(published, metric, week, "denominator") == pytest.approx(denominator, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(("metric", "week", "cell"), [row for row in _weekly("metric") if " / " not in row[2]])
def test_count_or_percentile_of_the_week_is_as_stated(
    published: duckdb.DuckDBPyConnection, metric: str, week: str, cell: str
) -> None:
    expected = None if cell == "no row" else pytest.approx(float(cell))
    assert _kpi(published, metric, week, "observed_value") == expected


@pytest.mark.slow
def test_cost_stands_on_the_stated_calls_and_minutes(published: duckdb.DuckDBPyConnection) -> None:
    calls, shares = TABLES["cost coverage"][2:]
    for week, count, share in zip(WEEKS, calls[1:], shares[1:], strict=True):
        assert _kpi(published, "cost_per_minute_usd", week, "n") == int(count)
        assert _kpi(published, "cost_per_minute_usd", week, "coverage") == pytest.approx(float(share), abs=1e-6)


@pytest.mark.slow
def test_rate_on_fewer_than_thirty_has_its_count_but_no_value(published: duckdb.DuckDBPyConnection) -> None:
    assert _kpi(published, "recontact_rate", "2026-W43", "n") == 19
    assert _kpi(published, "recontact_rate", "2026-W43", "value") is None
    assert _kpi(published, "recontact_rate", "2026-W43", "status") == "suppressed"
    assert _kpi(published, "cases", "2026-W43", "value") == 19


@pytest.mark.slow
def test_north_star_is_the_product_of_its_factors(published: duckdb.DuckDBPyConnection) -> None:
    handled, positive, star = (
        _kpi(published, metric, "2026-W41", "observed_value")
        for metric in ("handled_rate", "neutral_to_positive_rate", "north_star")
    )
    assert star == pytest.approx(handled * positive, rel=1e-12)


# ---- named examples


@pytest.mark.slow
@pytest.mark.parametrize("case", [row[0] for row in TABLES["case"][2:]])
def test_explicit_case_is_judged_as_stated(published: duckdb.DuckDBPyConnection, case: str) -> None:
    calls, handled, source, recontacted = stated("case")[case]
    sql = "select calls, handled, handled_source, recontacted from core.cases where case_id = ?"
    ((found_calls, found_handled, found_source, found_recontacted),) = published.execute(
        sql, [f"samples:{case}"]
    ).fetchall()
    assert found_calls == calls
    assert found_recontacted is (recontacted == "true")
    assert {"stated": "ticket"}.get(found_source, found_source) == source
    if source == "ticket":
        assert found_handled is (handled == "true")


@pytest.mark.slow
def test_case_without_an_eligible_call_is_kept_and_not_counted(published: duckdb.DuckDBPyConnection) -> None:
    assert one(published, "select eligible from core.cases where case_id = 'samples:T-4002'") is False


@pytest.mark.slow
def test_call_after_the_window_is_kept_and_changes_nothing(published: duckdb.DuckDBPyConnection) -> None:
    sql = "select last_call_id from core.cases where case_id = 'samples:T-2001'"
    assert one(published, sql) == "samples:telecom-027"
    sql = "select case_id from core.calls where source_call_id = 'telecom-028'"
    assert one(published, sql) == "samples:T-2001"


@pytest.mark.slow
def test_handed_over_case_is_handled_by_a_human_whatever_the_ticket_says(published: duckdb.DuckDBPyConnection) -> None:
    assert one(published, "select handled_by from core.cases where case_id = 'samples:T-3003'") == "human"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "other", "same"),
    [
        ("telecom-010", "telecom-011", True),  # 167 h 59 min
        ("telecom-012", "telecom-013", False),  # 168 h
        ("clinic-017", "clinic-018", True),
        ("clinic-018", "clinic-019", False),  # 49 h after the second call, 192.5 h after the first
        ("parcel-002", "parcel-003", False),
        ("travel-001", "travel-034", False),  # another use case
        ("bank-021", "bank-022", False),  # an explicit case takes no call without its id
        ("clinic-001", "clinic-035", True),  # an ineligible call attaches to the open case
        ("clinic-014", "clinic-015", False),  # it does not open one
        ("utility-001", "utility-034", False),  # 168 h
    ],
)
def test_grouped_case_takes_what_starts_within_168_hours_of_its_first_call(
    published: duckdb.DuckDBPyConnection, call: str, other: str, same: bool
) -> None:
    cases = rows(published, "select source_call_id, case_id from core.calls")
    assert (cases[call] == cases[other]) is same


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "recontacted"),
    [("telecom-010", True), ("telecom-012", False), ("clinic-017", True), ("clinic-019", False), ("parcel-003", False)],
)
def test_recontact_is_another_call_before_168_hours(
    published: duckdb.DuckDBPyConnection, call: str, recontacted: bool
) -> None:
    sql = "select recontacted from core.cases where first_call_id = ?"
    assert one(published, sql, f"samples:{call}") is recontacted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "seq", "ttft_ms"),
    [
        ("clinic-015", 2, None),  # measured 0 is no time and is not derived again
        ("clinic-016", 2, None),  # measured -1
        ("telecom-016", 2, None),  # measured 60 001
        ("telecom-015", 6, 60_000),
        ("utility-015", 2, None),  # derived 0
        ("utility-016", 4, None),  # derived 61 500
        ("utility-017", 2, None),  # starts before the caller has ended
        ("utility-018", 2, None),  # the caller's turn has no length
        ("parcel-020", 2, 1_299),  # 6600.49 - 5300.5, each rounded half up
        ("parcel-034", 2, None),  # the caller's turn ends before it starts
        ("utility-019", 2, None),  # no channel
        ("utility-020", 1, None),  # unknown channel
        ("telecom-023", 1, None),  # chat
        ("bank-026", 1, 880),  # chat, measured
        ("telecom-022", 4, None),  # cancelled
        ("telecom-022", 5, None),  # not the first agent turn after the caller
        ("clinic-027", 0, None),  # greeting
        ("clinic-027", 2, 1_105),
        ("clinic-027", 3, None),
        ("telecom-021", 2, None),  # barge-in
        ("telecom-021", 4, 1_181),  # itself interrupted
        ("clinic-028", 3, 9_300),  # two caller turns, the second counts
    ],
)
def test_ttft_counts_only_for_the_first_answer_to_a_caller(
    published: duckdb.DuckDBPyConnection, call: str, seq: int, ttft_ms: int | None
) -> None:
    sql = "select case when ttft_valid then ttft_ms end from core.turns where call_id = ? and seq = ?"
    assert one(published, sql, f"samples:{call}", seq) == ttft_ms


@pytest.mark.slow
def test_turn_of_exactly_the_objective_is_not_slow(published: duckdb.DuckDBPyConnection) -> None:
    # 2 000, 2 001 and 60 000 ms; the greeting's 2 000 do not count
    assert one(published, "select slow_turns from core.calls where source_call_id = 'telecom-015'") == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "column", "value"),
    [
        ("telecom-014", "end_reason", "agent_hangup"),  # higher revision
        ("telecom-022", "use_case", "keep_number"),  # 3 before 2
        ("clinic-021", "end_reason", "customer_hangup"),  # 0 is lower
        ("bank-007", "use_case", "savings_balance"),  # the first form comes again and changes nothing
        ("travel-002", "turns", 5),  # replaced
        ("travel-009", "turns", 5),  # replaced by a conflict's winner
        ("telecom-014", "turns", 4),  # absent key leaves them
        ("parcel-030", "turns", 0),  # []
        ("bank-016", "turns", 6),  # four inline, two in log form
        ("parcel-021", "ended_at", None),
        ("parcel-021", "duration_s", None),
        ("parcel-022", "duration_s", None),
        ("parcel-023", "answered_at", None),
        ("parcel-034", "answered_at", None),
        ("parcel-024", "billed_s", None),
        ("parcel-024", "end_reason", "unknown"),
        ("parcel-024", "dropped", None),
        ("parcel-014", "connected", True),
        ("parcel-015", "connected", False),
        ("utility-024", "handover", "none"),
        ("clinic-021", "handover", "none"),  # 0 ms are no handover
        ("utility-013", "handover", "completed"),
        ("utility-020", "channel", "unknown"),
        ("travel-025", "direction", "unknown"),
        ("utility-023", "week", date(2026, 10, 12)),  # 2026-10-11 23:30 at UTC-2
        ("telecom-036", "week", date(2026, 10, 19)),
        ("bank-013", "ineligible_reason", "too_few_words"),
        ("bank-015", "ineligible_reason", None),
        ("bank-034", "ineligible_reason", None),
        ("clinic-023", "ineligible_reason", "not_production"),
        ("travel-024", "ineligible_reason", "not_connected"),
    ],
)
def test_call_is_read_as_the_rules_say(
    published: duckdb.DuckDBPyConnection, call: str, column: str, value: object
) -> None:
    assert one(published, f"select {column} from core.calls where source_call_id = ?", call) == value


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "tool_calls"), [("utility-026", 0), ("travel-002", 1), ("travel-009", 1), ("bank-016", 1)]
)
def test_an_array_leaves_only_where_a_revision_replaces_it(
    published: duckdb.DuckDBPyConnection, call: str, tool_calls: int
) -> None:
    assert one(published, "select count(*) from core.tool_calls where call_id = ?", f"samples:{call}") == tool_calls


@pytest.mark.slow
def test_two_equal_lines_of_one_file_are_two_events(published: duckdb.DuckDBPyConnection) -> None:
    assert one(published, "select count(*) from core.events where call_id = 'samples:parcel-017'") == 2


@pytest.mark.slow
@pytest.mark.parametrize("call", ["telecom-018", "clinic-032", "bank-028", "parcel-999"])
@pytest.mark.parametrize("table", ["calls", "turns", "tool_calls", "cost_items", "labels", "case_calls"])
def test_nothing_is_left_of_a_deleted_call_and_nothing_shows_of_an_orphan(
    published: duckdb.DuckDBPyConnection, call: str, table: str
) -> None:
    assert one(published, f"select count(*) from core.{table} where call_id = ?", f"samples:{call}") == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("survey", "counts"),
    [
        ("samples:sv-last-1", True),  # one second before the week is judged for the last time
        ("samples:sv-last-2", False),
        ("samples:sv-two-2", False),
        ("samples:sv-two-3", True),
        ("samples:sv-tie-a", False),
        ("samples:sv-tie-b", True),
        ("samples:sv-082", True),  # on a case
        ("survey-desk:d-1", True),  # names a call of another source
        ("samples:sv-voicemail-1", False),
    ],
)
def test_latest_answer_in_time_counts(published: duckdb.DuckDBPyConnection, survey: str, counts: bool) -> None:
    assert one(published, "select not excluded from core.surveys where survey_id = ?", survey) is counts


@pytest.mark.slow
def test_higher_revision_of_an_answer_wins_though_it_came_first(published: duckdb.DuckDBPyConnection) -> None:
    assert one(published, "select nps_score from core.cases where case_id = 'samples:T-2001'") == 6
