"""Published numbers are append-only: a change is a row with its reason, and the first number is never lost."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from analytics.metrics.build import build_mart
from analytics.metrics.revisions import record_publication
from analytics.workspace import Workspace
from tests.pipeline import ScriptedLabeler, call, land, refresh, rows, summarise, workspace_at

BEFORE, AFTER = datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)
CHANGES = (
    "select metric, old_value, new_value, reason from mart.kpi_revisions"
    " where dimension = 'all' and metric in ('calls', 'cost_per_minute_usd') order by new_as_of, metric"
)
MANY = {"LODESTAR_REPORTING__MIN_N": "1"}
COST = [{"component": "stt", "provider": "acme", "model": "ear", "audio_s": 60}]


def publish(root: Path, name: str, records: list[Any], as_of: datetime, **environment: str) -> list[tuple[Any, ...]]:
    with workspace_at(root, as_of=as_of, environment=MANY | environment) as workspace:
        if records:
            land(workspace, name, records)
        refresh(workspace)
        summarise(workspace)
        return changes(workspace)


def changes(workspace: Workspace) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows(workspace, CHANGES)]


def test_a_first_publication_and_an_equal_one_revise_nothing(tmp_path: Path) -> None:
    calls = [call("a", "2026-10-05T10:00:00Z")]
    assert publish(tmp_path, "1.jsonl", calls, BEFORE) == []
    assert publish(tmp_path, "", [], AFTER) == []


def test_late_data_is_a_revision_of_its_week_with_both_numbers_and_moments(tmp_path: Path) -> None:
    publish(tmp_path, "1.jsonl", [call("a", "2026-10-05T10:00:00Z"), call("x", "2026-10-12T10:00:00Z")], BEFORE)
    late = publish(tmp_path, "2.jsonl", [call("b", "2026-10-05T10:00:00Z")], AFTER)
    assert late == [("calls", 1.0, 2.0, "late_data")]
    with workspace_at(tmp_path) as workspace:
        (row,) = rows(workspace, "select * from mart.kpi_revisions where metric = 'calls' and dimension = 'all'")
        assert (row["old_as_of"], row["new_as_of"], row["week"].isoformat()) == (BEFORE, AFTER, "2026-10-05")


def test_a_changed_definition_says_so(tmp_path: Path) -> None:
    publish(tmp_path, "1.jsonl", [call("a", "2026-10-05T10:00:00Z"), call("b", "2026-10-05T10:00:00Z")], BEFORE)
    with workspace_at(
        tmp_path, environment={"LODESTAR_ELIGIBILITY__MIN_CALLER_WORDS": "9"} | MANY, as_of=AFTER
    ) as stricter:
        stricter.ledger.mark_dirty([datetime(2026, 10, 5, tzinfo=UTC).date()])
        refresh(stricter)
        summarise(stricter)
        assert changes(stricter) == [("calls", 2.0, 0.0, "definition")]


def test_a_new_price_is_the_reason_of_a_cost_and_of_nothing_else(tmp_path: Path) -> None:
    book = tmp_path / "prices.csv"
    header = "component,provider,model,unit,per,usd,valid_from,valid_to,source,retrieved_at\n"
    settings = {"LODESTAR_COST__PRICE_BOOK": str(book)}
    book.write_text(header + "stt,acme,ear,second,60,0.01,2020-01-01,,test,2026-01-01\n")
    publish(tmp_path / "home", "1.jsonl", [call("a", "2026-10-05T10:00:00Z", usage=COST)], BEFORE, **settings)
    book.write_text(header + "stt,acme,ear,second,60,0.02,2020-01-01,,test,2026-01-01\n")
    with workspace_at(tmp_path / "home", environment=settings | MANY, as_of=AFTER) as workspace:
        workspace.ledger.mark_dirty([datetime(2026, 10, 5, tzinfo=UTC).date()])
        land(workspace, "2.jsonl", [call("b", "2026-10-05T10:00:00Z")])
        refresh(workspace)
        summarise(workspace)
        assert changes(workspace) == [("calls", 1.0, 2.0, "late_data"), ("cost_per_minute_usd", 0.01, 0.02, "price")]


def test_a_provisional_number_that_settles_is_told_from_late_data(tmp_path: Path) -> None:
    first, second, third = (datetime(2026, 10, day, tzinfo=UTC) for day in (7, 9, 10))
    publish(tmp_path, "1.jsonl", [call("a", "2026-10-05T10:00:00Z"), call("b", "2026-10-08T10:00:00Z")], first)
    assert publish(tmp_path, "", [], second) == [("calls", 1.0, 2.0, "clock")]
    ordinary = publish(tmp_path, "2.jsonl", [call("c", "2026-10-09T10:00:00Z")], third)
    assert ordinary[-1] == ("calls", 2.0, 3.0, "clock")
    late = publish(tmp_path, "3.jsonl", [call("d", "2026-10-06T10:00:00Z")], third + timedelta(hours=1))
    assert late[-1] == ("calls", 3.0, 4.0, "late_data")


def test_a_number_that_comes_back_is_a_revision_too(tmp_path: Path) -> None:
    calls = [call(f"c{n}", "2026-10-05T10:00:00Z") for n in range(2)]
    cost = call("d", "2026-10-05T10:00:00Z", usage=[{"component": "llm", "cost": {"amount": "1", "currency": "USD"}}])
    publish(tmp_path, "1.jsonl", [*calls, cost], BEFORE)
    publish(tmp_path, "2.jsonl", [cost | {"revision": 2, "usage": []}], AFTER)
    back = publish(tmp_path, "3.jsonl", [cost | {"revision": 3}], AFTER + timedelta(hours=1))
    assert back == [("cost_per_minute_usd", 1.0, None, "late_data"), ("cost_per_minute_usd", None, 1.0, "late_data")]


def test_what_was_recorded_but_never_seen_is_recorded_again(tmp_path: Path) -> None:
    publish(tmp_path, "1.jsonl", [call("a", "2026-10-05T10:00:00Z")], BEFORE)
    with workspace_at(tmp_path, as_of=AFTER, environment=MANY) as workspace:
        land(workspace, "2.jsonl", [call("b", "2026-10-05T10:00:00Z")])
        refresh(workspace)
        build_mart(workspace, "kpi_week")
        record_publication(workspace, ScriptedLabeler.version)  # and killed before the swap
    late = publish(tmp_path, "3.jsonl", [call("c", "2026-10-05T10:00:00Z")], AFTER)
    assert late == [("calls", 1.0, 3.0, "late_data")]


def test_a_number_that_is_no_longer_published_ends_with_null(tmp_path: Path) -> None:
    publish(tmp_path, "1.jsonl", [call("a", "2026-10-05T10:00:00Z"), call("b", "2026-10-12T10:00:00Z")], BEFORE)
    gone = publish(tmp_path, "2.jsonl", [call("b", "2026-10-12T10:00:00Z", revision=2, deleted=True)], AFTER)
    assert gone == [("calls", 1.0, None, "late_data")]
