"""Values that many calls share: each is looked at once, and nothing is rewritten where none changes."""

from collections.abc import Iterator

import duckdb
import pytest

from analytics.redaction.redactor import Finder
from analytics.redaction.shared_values import COLUMNS, find_shared_values, shared_replacements

MAIL = "ann@example.com"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("create table tools (call_id varchar, name varchar, model bigint, note varchar)")
        opened.execute("create table weeks (segment varchar, value double)")
        yield opened


def test_a_value_that_holds_nothing_is_not_in_the_table(connection: duckdb.DuckDBPyConnection, finder: Finder) -> None:
    connection.execute("insert into tools values ('a', 'book', 1, null), ('b', null, 2, null)")
    find_shared_values(connection, finder, ["tools", "weeks"])
    assert connection.execute("select * from _shared_values").fetchall() == []
    assert shared_replacements(connection, "tools", "tools") == {}


def test_each_changed_value_stands_once_and_is_counted_within_itself(
    connection: duckdb.DuckDBPyConnection, finder: Finder
) -> None:
    connection.execute("insert into tools values ('a', $m, 1, null), ('b', $m, 1, null)", {"m": f"mail {MAIL}"})
    connection.execute("insert into weeks values ($m, 0.5), ('bob@example.com to ann@example.com', 1)", {"m": MAIL})
    find_shared_values(connection, finder, ["tools", "weeks"])
    assert connection.execute("select value, redacted from _shared_values order by value").fetchall() == [
        (MAIL, "[EMAIL_1]"),
        ("bob@example.com to ann@example.com", "[EMAIL_1] to [EMAIL_2]"),
        (f"mail {MAIL}", "mail [EMAIL_1]"),
    ]


def test_texts_of_calls_and_ids_are_no_shared_values(connection: duckdb.DuckDBPyConnection, finder: Finder) -> None:
    connection.execute("insert into tools values ($m, 'book', 1, $m)", {"m": MAIL})
    find_shared_values(connection, finder, ["tools"])
    assert connection.execute("select count(*) from _shared_values").fetchall() == [(0,)]
    assert COLUMNS.isdisjoint({"call_id", "case_id", "survey_id", "text", "arguments", "result"})


def test_a_replacement_hides_the_value_and_keeps_all_others(
    connection: duckdb.DuckDBPyConnection, finder: Finder
) -> None:
    connection.execute(
        "insert into tools values ('a', $m, 1, 'x'), ('b', 'book', 2, 'y'), ('c', null, 3, 'z')", {"m": MAIL}
    )
    find_shared_values(connection, finder, ["tools"])
    replaced = shared_replacements(connection, "tools", "t")
    # `model` is a number here: nothing to hide, and no text to put in its place
    assert list(replaced) == ["name"]
    statement = f"select t.* replace ({replaced['name']} as name) from tools t order by call_id"
    assert connection.execute(statement).fetchall() == [
        ("a", "[EMAIL_1]", 1, "x"),
        ("b", "book", 2, "y"),
        ("c", None, 3, "z"),
    ]


def test_finding_again_forgets_the_values_before(connection: duckdb.DuckDBPyConnection, finder: Finder) -> None:
    connection.execute("insert into tools values ('a', $m, 1, null)", {"m": MAIL})
    find_shared_values(connection, finder, ["tools"])
    find_shared_values(connection, finder, ["weeks"])
    assert connection.execute("select count(*) from _shared_values").fetchall() == [(0,)]


def test_what_a_producer_named_is_hidden_under_every_column_that_repeats_it() -> None:
    tool, segment = {"tool", "name", "failed_tool", "tool_error", "server"}, {"use_case", "segment", "driver_segment"}
    assert tool | segment | {"topic", "stratum"} <= COLUMNS
