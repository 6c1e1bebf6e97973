"""The published file: complete, commented, locked down, and never seen half-written."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from analytics.checks import blocking, run_checks
from analytics.errors import NothingToPublish
from analytics.home import Home
from analytics.publish.snapshot import closing_lines, open_snapshot
from analytics.publish.warehouse import publish_warehouse
from analytics.workspace import Workspace
from tests.pipeline import call, land, refresh, summarise, workspace_at

#: An address that stands in every free-text field that can be delivered.
CANARY = "xylophonist@example.com"
LABELS = {f"native:c{n}": {"outcome": "resolved", "nps_predicted": 8} for n in range(40)}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with workspace_at(tmp_path_factory.mktemp("published") / "it's a home ü") as workspace:
        calls = [
            call(f"c{n}", "2026-10-05T10:00:00Z", customer_id=f"u{n}", attributes={"k": CANARY}) for n in range(40)
        ]
        calls[0] |= {
            "turns": [
                {"seq": 0, "speaker": "caller", "text": f"well {CANARY} it is", "text_intended": CANARY, "k": CANARY},
                {"seq": 1, "speaker": "agent", "text": "ok"},
            ],
            "tool_calls": [{"id": "t", "name": "n", "arguments": {"k": CANARY}, "result": CANARY, "k": CANARY}],
            "events": [{"type": "hold", "attributes": {"k": CANARY}}],
            "usage": [{"component": "llm", "k": CANARY}],
        }
        others = [
            {"record": "survey", "id": "s", "call_id": "c0", "instrument": "nps", "score": None, "comment": CANARY},
            {
                "record": "human_label",
                "call_id": "c0",
                "labeled_by": "r",
                "labeled_at": "2026-10-06T00:00:00Z",
                "k": CANARY,
            },
            {"record": "case", "id": "T", "note": CANARY},
        ]
        land(workspace, "calls.jsonl", [*calls, *others, call("old", "2026-01-05T10:00:00Z"), '{"record":"call"}'])
        refresh(workspace, LABELS)
        summarise(workspace)
        run_checks(workspace)
        publish_warehouse(workspace)
        yield workspace


def query(workspace: Workspace, statement: str) -> list[tuple[object, ...]]:
    with open_snapshot(workspace.home) as connection:
        return connection.execute(statement).fetchall()


def test_every_table_and_column_carries_its_meaning(published: Workspace) -> None:
    assert query(published, "select table_name from duckdb_tables() where comment is null") == []
    assert (
        query(published, "select table_name, column_name from duckdb_columns() where comment is null and not internal")
        == []
    )
    assert len(query(published, "select 1 from meta.dictionary")) > 200


def test_a_call_knows_its_case(published: Workspace) -> None:
    assert query(published, "select case_id, source_case_id from core.calls where call_id = 'native:c0'") == [
        ("native:c0", None)
    ]


def test_texts_are_published_with_placeholders_that_are_equal_within_the_call(published: Workspace) -> None:
    turns = query(published, "select text, text_intended from core.turns where call_id = 'native:c0' order by seq")
    assert turns == [("well [EMAIL_1] it is", "[EMAIL_1]"), ("ok", None)]
    tools = query(published, "select arguments, result from core.tool_calls where call_id = 'native:c0'")
    assert tools == [('{"k":"[EMAIL_1]"}', '"[EMAIL_1]"')]
    assert query(published, "select count(attributes) from core.calls") == [(0,)]


def test_no_address_that_was_delivered_is_in_the_published_file(published: Workspace) -> None:
    file = (published.home.warehouse / "analytics.duckdb").resolve()
    assert CANARY.encode() not in file.read_bytes()
    with open_snapshot(published.home) as connection:
        for table, column in connection.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns()"
        ).fetchall():
            found = connection.execute(
                f'select count(*) from {table} where "{column}"::varchar like ?', [f"%{CANARY}%"]
            )
            assert found.fetchall() == [(0,)], (table, column)


def test_tall_tables_hold_the_newest_weeks_and_calls_all(published: Workspace) -> None:
    assert query(published, "select count(*) from core.calls") == [(41,)]
    assert query(published, "select count(distinct call_id) from core.turns") == [(40,)]


def test_the_snapshot_reaches_nothing_but_itself(published: Workspace, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    with open_snapshot(published.home) as connection:
        for statement in (
            f"select * from read_text('{secret}')",
            f"copy (select 1) to '{tmp_path / 'out.csv'}'",
            "create table mart.x (i integer)",
            "set enable_external_access = true",
            f"attach '{tmp_path / 'other.duckdb'}'",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)


def test_the_file_opens_in_the_storage_version_of_duckdb_1(published: Workspace) -> None:
    with (published.home.warehouse / "analytics.duckdb").open("rb") as file:
        header = file.read(20)
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64


def test_an_open_reader_keeps_its_version_and_three_files_are_kept(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z")])
        refresh(workspace)
        summarise(workspace)
        publish_warehouse(workspace)
        reader = open_snapshot(workspace.home)
        land(workspace, "2.jsonl", [call("b", "2026-10-05T10:00:00Z")])
        refresh(workspace)
        for number in range(4):
            object.__setattr__(workspace, "run_id", f"later-{number}")
            publish_warehouse(workspace)
        assert reader.execute("select count(*) from core.calls").fetchall() == [(1,)]
        reader.close()
        assert query(workspace, "select count(*) from core.calls") == [(2,)]
        assert len(list(workspace.home.warehouse.glob("analytics-*.duckdb"))) == 3


def test_nothing_published_yet_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NothingToPublish, match="run `lodestar run`"):
        open_snapshot(Home(tmp_path))


def test_a_run_ends_with_the_last_final_week_and_its_factors(published: Workspace) -> None:
    assert closing_lines(published.home, Path("site/index.html"), published.as_of) == [
        "north star                  2026-W41  100.0% (95 % interval 91.2% to 100.0%, n = 40, final)",
        "  handled                   2026-W41  100.0% (95 % interval 91.2% to 100.0%, n = 40, final)",
        "  neutral-to-positive       2026-W41  100.0% (95 % interval 91.2% to 100.0%, n = 40, final)",
        "page                        site/index.html",
    ]


def test_one_bad_line_in_42_is_too_many_until_the_limit_is_raised(published: Workspace) -> None:
    (failed,) = [result for result in run_checks(published) if result.check_name == "quarantined_share"]
    assert failed.status == "passed", "after a publication only later lines count"
    published.ledger.remember("published_file_seq", "0")
    (failed,) = blocking(run_checks(published))
    assert failed.message.startswith("1 of 45 lines read since the last publication are in quarantine (limit 1.00%")
