"""The journal: what was committed is there, what was torn is gone, and money adds up."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.labeling.journal import Journal, erase_requests
from analytics.labeling.journal_records import Answered, Sent, Taken

V = "openai-1"


def sent(
    number: int, *, content: bytes | None = None, call_id: str = "native:c", at: str = "2026-11-02", **more
) -> Sent:
    defaults = {"attempt": 1, "run_id": "run", "content_bytes": 100, "reserved_nano_usd": 50}
    return Sent(number, content or bytes([number]), V, call_id, sent_at=at, **(defaults | more))


def answered(number: int, status: str = "ok", *, final: bool = True, cost: int | None = 20, **more) -> Answered:
    return Answered(number, status, final, "2026-11-02", 200, cost_nano_usd=cost, **more)  # type: ignore[arg-type]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "labels.sqlite") as opened:
        yield opened


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 12), st.floats(0, 1), st.binary(max_size=40))
def test_a_torn_end_leaves_a_run_of_whole_commits(
    tmp_path_factory: pytest.TempPathFactory, commits: int, share: float, noise: bytes
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    with Journal.open(folder / "a.sqlite") as journal:
        for number in range(1, commits + 1):
            journal.write([sent(2 * number), answered(2 * number, body=b"x" * 500), sent(2 * number + 1)])
        for end in ("", "-wal"):
            shutil.copy(folder / f"a.sqlite{end}", folder / f"b.sqlite{end}")
    log = folder / "b.sqlite-wal"
    log.write_bytes(log.read_bytes()[: int(log.stat().st_size * share)] + noise)
    with Journal.open(folder / "b.sqlite") as journal:
        kept = journal.next_request_id() - 1
        assert kept in {0, *(2 * number + 1 for number in range(1, commits + 1))}
        contents = [bytes([number]) for number in range(2, kept + 1)]
        entries = journal.entries(contents, V, bodies=True)
        assert len(entries) == len(contents)
        assert all((entry.body == b"x" * 500) == (entry.status == "ok") for entry in entries.values())
        journal.write([sent(kept + 1, content=b"next")])
    shutil.rmtree(folder)


def test_the_last_final_answer_counts_and_all_attempts_cost(journal: Journal) -> None:
    content = b"call"
    journal.write([sent(1, content=content), answered(1, "truncated", final=False, input_tokens=10, output_tokens=5)])
    journal.write([sent(2, content=content), answered(2, "ok", input_tokens=10, output_tokens=9, body=b"body")])
    entry = journal.entries([content], V, bodies=True)[content]
    assert (entry.status, entry.attempts, entry.body) == ("ok", 2, b"body")
    assert (entry.cost_nano_usd, entry.input_tokens, entry.output_tokens) == (40, 20, 14)
    journal.write([sent(3, content=content), answered(3, "error", cost=0)])
    assert journal.entries([content], V)[content].status == "error"


def test_an_answer_that_was_not_final_is_asked_about_again(journal: Journal) -> None:
    journal.write([sent(1), answered(1, "truncated", final=False)])
    entry = journal.entries([b"\x01"], V)[b"\x01"]
    assert (entry.status, entry.last_status) == (None, "truncated")


def test_another_version_is_another_call(journal: Journal) -> None:
    journal.write([sent(1), answered(1)])
    assert journal.entries([b"\x01"], "openai-2") == {}


def test_spending_counts_what_was_reserved_where_the_cost_is_unknown(journal: Journal) -> None:
    journal.write([sent(1), answered(1), sent(2), answered(2, "error", cost=None), sent(3)])
    assert journal.spent_nano_usd() == 20 + 50 + 50
    journal.write([sent(4, at="2026-10-31", run_id="older"), answered(4)])
    assert journal.spent_nano_usd(since="2026-11-01") == 120
    assert journal.spent_nano_usd(run_id="older") == 20


def test_a_commit_is_whole_or_not_there(journal: Journal) -> None:
    with pytest.raises(Exception, match="UNIQUE"):
        journal.write([sent(1), sent(1)])
    assert journal.next_request_id() == 1


def test_a_round_gives_its_probability_and_never_a_smaller_one(journal: Journal) -> None:
    journal.write([Taken("a", V, 0.2), Taken("b", V, 0.7)])
    assert all(selection.open and not selection.left_out for selection in journal.selections(["a", "b"], V).values())
    journal.end_round(V, ["a", "b"], 0.5)
    found = journal.selections(["a", "b"], V)
    assert (found["a"].left_out, found["b"].left_out, found["a"].probability) == (False, True, 0.5)
    journal.write([Taken("b", V, 0.1)])
    journal.end_round(V, ["a", "b"], 0.3)
    assert journal.selections(["b"], V)["b"].draw == 0.7
    assert journal.selections(["a"], V)["a"].probability == 0.5


def test_an_erasure_leaves_no_byte_behind(tmp_path: Path) -> None:
    path = tmp_path / "labels.sqlite"
    with Journal.open(path) as journal:
        for number in range(1, 60):
            who = "native:secret-1" if number % 2 else "native:other"
            body = (b"secret-said " if number % 2 else b"plain ") * 300
            journal.write([sent(number, call_id=who), answered(number, body=body), Taken(who, V, 0.5)])
    erase_requests(path, ["native:secret-1", "native:unknown"])
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"secret" not in left
    with Journal.open(path) as journal:
        assert journal.spent_nano_usd() == 29 * 20
        assert journal.entries([b"\x02"], V, bodies=True)[b"\x02"].body == b"plain " * 300


def test_erasing_without_a_journal_makes_none(tmp_path: Path) -> None:
    erase_requests(tmp_path / "labels.sqlite", ["native:c"])
    assert not list(tmp_path.iterdir())
