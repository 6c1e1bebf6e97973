"""Macros of the core tables against the same thing said in Python."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.shipped import sql

#: All that str.split takes for white space, neighbours that it does not, and what words are made of.
LETTERS = (
    "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\u200b\u180e\ufeff\x00\x08\x0e\x1baé日🙂"
)
TEXTS = st.one_of(st.text("ab ", max_size=12), st.text("ab \t\x1c", max_size=12), st.text(LETTERS, max_size=12))
NAMES = st.lists(st.sampled_from("ac"), max_size=20)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(sql("core/_macros"))
        yield opened


@settings(deadline=None)
@given(text=TEXTS)
def test_words_are_those_of_str_split(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert connection.execute("select words($1)", [text]).fetchall() == [(len(text.split()),)]


@pytest.mark.parametrize("code", [code for code in range(0x3001) if chr(code).isspace()], ids=hex)
def test_every_white_space_parts_words(connection: duckdb.DuckDBPyConnection, code: int) -> None:
    assert connection.execute("select words($1), words($2)", [f"a{chr(code)}b", f"a b{chr(code)}"]).fetchall() == [
        (2, 2)
    ]


@pytest.mark.parametrize(
    ("value", "known"),
    [("llm", "llm"), ("fixed", "fixed"), ("LLM", "unknown"), ("llm ", "unknown"), ("", "unknown"), (None, None)],
)
def test_a_value_outside_a_vocabulary_is_unknown(
    connection: duckdb.DuckDBPyConnection, value: str | None, known: str | None
) -> None:
    found = connection.execute("select known_or_unknown($1::varchar, components())", [value]).fetchall()
    assert found == [(known,)]


@settings(deadline=None)
@given(names=NAMES, far=st.sampled_from([0, 1, 30, 511, 512, 513, 700]), place=st.integers(1, 21))
def test_the_last_place_of_a_name_is_found_however_far_it_is(
    connection: duckdb.DuckDBPyConnection, names: list[str], far: int, place: int
) -> None:
    names, place = [*names, *"c" * far], min(place, len(names) + 1) + far
    before = [at for at, name in enumerate(names[: place - 1], start=1) if name == "a"]
    found = connection.execute("select last_before($1, $2::varchar[], 'a')", [place, names]).fetchall()
    assert found == [(before[-1] if before else None,)]


@settings(deadline=None)
@given(ids=st.lists(st.sampled_from([None, "a", "b", "c", "d"]), max_size=9))
def test_of_equal_ids_the_last_stays_and_the_order_too(
    connection: duckdb.DuckDBPyConnection, ids: list[str | None]
) -> None:
    elements = list(range(len(ids)))
    kept = [place for place, id_ in enumerate(ids) if id_ is None or id_ not in ids[place + 1 :]]
    text = "select once_each(elements, by_id) from (select $1::int[] as elements, ids_in_order($2::varchar[]) as by_id)"
    assert connection.execute(text, [elements, ids]).fetchall() == [(kept,)]
