"""Batches: every call ends in exactly one status, nothing is paid twice, and what a batch left open is due again."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec import structs

from analytics.errors import ConfigurationError, LabelingStopped
from analytics.labeling.interface import Conversation
from analytics.labeling.journal import Journal, erase_requests
from analytics.labeling.remote import RemoteLabeler
from tests.analytics.labeling.batch_fault_server import BatchFaultServer, batch_fault_server
from tests.analytics.labeling.remote_calls import (
    NOW,
    ask,
    collect,
    conversation,
    labels,
    remote_labeler,
    statuses,
    submit,
)

ROOT = Path(__file__).parents[3]
CALLS = [conversation(f"native:{n}", f"please help me {n}") for n in range(7)]

ENDS_IN = {
    "none": "ok",
    "text": "ok",
    "400": "error",
    "label": "invalid",
    "extra": "invalid",
    "quote": "invalid",
    "prose": "invalid",
    "refusal": "refused",
    "filter": "refused",
    "twice": "invalid",
    "429": "pending",
    "500": "pending",
    "expired": "pending",
    "lost": "pending",
    "length": "pending",
}


@pytest.fixture
def server() -> Iterator[BatchFaultServer]:
    with batch_fault_server() as running:
        yield running


def faulty(kinds: Iterable[str]) -> list[Conversation]:
    return [conversation(f"native:{kind}", f"please help me, fault:{kind}") for kind in kinds]


def found(labeler: RemoteLabeler, calls: list[Conversation]) -> dict[str, str]:
    return {call_id.removeprefix("native:"): label.status for call_id, label in labels(labeler, calls).items()}


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch whose creation was not answered is looked for once."""
    from analytics.labeling import remote
    from analytics.labeling.batch_creation import BatchTerms

    monkeypatch.setattr(remote, "BatchTerms", lambda **given: BatchTerms(**given, patience_s=0))


def test_a_batch_gives_the_labels_that_single_requests_give(server: BatchFaultServer, tmp_path: Path) -> None:
    (tmp_path / "batch").mkdir()
    (tmp_path / "single").mkdir()
    batch = remote_labeler(tmp_path / "batch", server.base_url)
    single = remote_labeler(tmp_path / "single", server.base_url)
    assert batch.version == single.version
    assert submit(batch, CALLS) == {"submitted": 7}
    assert set(statuses(batch, CALLS)) == {"pending"}
    assert collect(batch, CALLS).counts == {"ok": 7}
    ask(single, CALLS)
    for one, other in zip(labels(batch, CALLS).values(), labels(single, CALLS).values(), strict=True):
        assert one.cost_usd == other.cost_usd / 2
        same = {name: getattr(one, name) for name in one.__struct_fields__ if name != "cost_usd"}
        assert same == {name: getattr(other, name) for name in same}


def test_lines_are_the_bodies_of_single_requests_without_a_tier(server: BatchFaultServer, tmp_path: Path) -> None:
    submit(remote_labeler(tmp_path, server.base_url, service_tier="flex"), CALLS)
    assert {line["url"] for line in server.lines} == {"/v1/chat/completions"}
    assert all(len(line["custom_id"]) <= 64 and "service_tier" not in line["body"] for line in server.lines)
    assert all(line["body"]["store"] is False and line["body"]["response_format"] for line in server.lines)


def test_every_call_ends_in_exactly_one_status(server: BatchFaultServer, tmp_path: Path) -> None:
    labeler, calls = remote_labeler(tmp_path, server.base_url), faulty(ENDS_IN)
    submit(labeler, calls)
    harvest = collect(labeler, calls)
    assert found(labeler, calls) == ENDS_IN
    assert harvest.counts.total() == len(ENDS_IN)
    assert harvest.counts["asked again"] == list(ENDS_IN.values()).count("pending")
    assert all((label.outcome is not None) == (label.status == "ok") for label in labels(labeler, calls).values())


def test_what_is_open_is_sent_again_until_its_attempts_are_used_up(server: BatchFaultServer, tmp_path: Path) -> None:
    labeler, calls = remote_labeler(tmp_path, server.base_url, max_attempts=3), faulty(ENDS_IN)
    submit(labeler, calls)
    collect(labeler, calls)
    assert submit(labeler, calls) == {"submitted": 5}
    longer = [line for line in server.lines if line["body"]["max_completion_tokens"] == 2048]
    assert ["fault:length" in line["body"]["messages"][-1]["content"] for line in longer] == [True]
    collect(labeler, calls)
    assert found(labeler, calls)["length"] == "truncated"
    submit(labeler, calls)
    collect(labeler, calls)
    assert {kind: status for kind, status in found(labeler, calls).items() if kind in ("429", "500", "expired")} == {
        "429": "error", "500": "error", "expired": "pending",
    }  # fmt: skip
    assert found(labeler, calls)["lost"] == "error", "an answer that never comes may be paid each time"


def test_a_call_in_an_open_batch_is_not_sent_again(server: BatchFaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    server.finish = False
    submit(labeler, CALLS[:5])
    equal = conversation("native:equal", "please help me 0")
    assert not submit(labeler, [*CALLS[:5], equal])
    assert ask(labeler, CALLS) == {"ok": 2}
    assert not ask(labeler, CALLS[:5], retry=["error", "invalid"])
    assert len(server.lines) == 5
    assert [batch.status for batch in collect(labeler, CALLS).open_batches] == ["in_progress"]
    server.finish = True
    assert collect(labeler, CALLS).counts == {"ok": 5}
    assert max(server.paid.values()) == 1
    assert not ask(labeler, [*CALLS, equal])
    assert labels(labeler, [equal])["native:equal"].cost_usd == 0


def test_collecting_again_changes_nothing(server: BatchFaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    submit(labeler, CALLS)
    collect(labeler, CALLS)
    again = collect(labeler, CALLS)
    assert (again.collected, again.counts.total(), again.open_batches) == (0, 0, [])
    assert set(server.files.values()) == {b""}, "what was collected is removed from the server"


@pytest.mark.parametrize("written", [1, 4])
def test_a_kill_while_collecting_loses_nothing_and_doubles_nothing(
    server: BatchFaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    monkeypatch.setattr("analytics.labeling.batch_collect._COMMIT", 1)
    labeler = remote_labeler(tmp_path, server.base_url)
    submit(labeler, CALLS)

    def dying(_: object) -> Iterator[Conversation]:
        yield from CALLS[:written]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        labeler.batches().collect(dying)
    assert statuses(labeler, CALLS).count("ok") == written
    assert collect(labeler, CALLS).counts == {"ok": 7 - written}
    assert rows(tmp_path, "select count(*), count(distinct request_id) from answers") == [(7, 7)]


def test_lines_that_answer_no_request_are_refused_and_counted(server: BatchFaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    server.foreign_lines = 3
    submit(labeler, CALLS)
    harvest = collect(labeler, CALLS)
    assert (harvest.counts, harvest.foreign_lines) == ({"ok": 7}, 3)
    assert rows(tmp_path, "select count(*) from answers") == [(7,)]


@pytest.mark.parametrize("status", ["expired", "cancelled"])
def test_a_batch_that_ended_early_keeps_what_it_did(server: BatchFaultServer, tmp_path: Path, status: str) -> None:
    labeler, calls = remote_labeler(tmp_path, server.base_url), faulty(["none", "lost"])
    server.ends_as = status
    submit(labeler, calls)
    collect(labeler, calls)
    assert found(labeler, calls) == {"none": "ok", "lost": "pending"}
    assert rows(tmp_path, "select cost_nano_usd, error from answers where status = 'error'") == [(0, f"batch_{status}")]


def test_a_batch_that_failed_costs_nothing_and_says_why(server: BatchFaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    server.ends_as = "failed"
    submit(labeler, CALLS)
    harvest = collect(labeler, CALLS)
    assert "token_limit_exceeded" in harvest.problems[0]
    assert "please" not in harvest.problems[0]
    server.ends_as = "completed"
    assert submit(labeler, CALLS) == {"submitted": 7}
    assert collect(labeler, CALLS).counts == {"ok": 7}


def test_files_stay_within_requests_and_bytes(server: BatchFaultServer, tmp_path: Path) -> None:
    submit(remote_labeler(tmp_path, server.base_url, batch_max_requests=3), CALLS)
    assert [len(batch["lines"]) for batch in server.batches.values()] == [3, 3, 1]
    (tmp_path / "bytes").mkdir()
    submit(remote_labeler(tmp_path / "bytes", server.base_url, batch_max_bytes=20_000), CALLS)
    sizes = [len(content) for content in list(server.files.values())[3:]]
    assert max(sizes) <= 20_000 < sum(sizes)
    assert len(server.lines) == 14


def test_a_cap_takes_a_random_sample_with_a_known_probability(server: BatchFaultServer, tmp_path: Path) -> None:
    calls = [conversation(f"native:{n}", f"please help me {n}") for n in range(60)]
    labeler = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.05")
    counts = submit(labeler, calls)
    taken = counts["submitted"]
    assert 5 < taken < 60
    assert counts["skipped_budget"] == 60 - taken
    assert {label.selection_probability for label in labels(labeler, calls).values()} == {(taken + 0.5) / 60}
    with Journal.open(tmp_path / "labels.sqlite") as journal:
        assert journal.spent_nano_usd() <= Decimal("0.05") * 10**9
    later = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.05", run_id="later")
    assert not submit(later, calls)
    collect(labeler, calls)
    assert statuses(labeler, calls) == ["ok"] * taken + ["skipped_budget"] * (60 - taken)


def test_a_line_that_is_sent_again_keeps_its_probability(server: BatchFaultServer, tmp_path: Path) -> None:
    calls = [conversation(f"native:{n}", f"please help me {n}, fault:500:once") for n in range(40)]
    labeler = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.01")
    taken = submit(labeler, calls)["submitted"]
    assert 0 < taken < 40
    assert collect(labeler, calls).counts == {"asked again": taken}
    again = remote_labeler(tmp_path, server.base_url, max_usd_per_run="1", run_id="again")
    assert submit(again, calls) == {"submitted": taken}
    assert collect(again, calls).counts == {"ok": taken}
    assert {label.selection_probability for label in labels(again, calls).values()} == {(taken + 0.5) / 40}


def test_a_refused_batch_is_told_by_its_code_and_its_calls_are_due(server: BatchFaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    server.creating = "400"
    with pytest.raises(LabelingStopped, match="billing_hard_limit") as stopped:
        submit(labeler, CALLS)
    assert "please" not in str(stopped.value)
    assert ask(labeler, CALLS) == {"ok": 7}


def test_a_server_without_batches_says_so(tmp_path: Path) -> None:
    with pytest.raises(LabelingStopped, match="did not take the file"):
        submit(remote_labeler(tmp_path), CALLS)
    with pytest.raises(ConfigurationError, match="price book"):
        remote_labeler(tmp_path, prices=None, max_usd_per_run="1").batches()


def lost_creation(server: BatchFaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server creates the batch, its answer is lost, and it lists the batch later than anybody waits."""
    impatient(monkeypatch)
    server.creating, server.gone = "500", "all"
    with pytest.raises(LabelingStopped, match="did not say whether"):
        submit(remote_labeler(tmp_path, server.base_url), CALLS)
    server.creating, server.gone = "well", None


def test_a_batch_that_is_listed_late_is_not_created_twice(
    server: BatchFaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost_creation(server, tmp_path, monkeypatch)
    labeler = remote_labeler(tmp_path, server.base_url, now=NOW + timedelta(seconds=30))
    with monkeypatch.context() as late:
        late.setattr("analytics.labeling.batch_client.BatchClient.find", lambda *_: None)
        assert "again in 2 minutes" in collect(labeler, CALLS).problems[0]
        assert not submit(labeler, CALLS)
    assert not ask(labeler, CALLS)
    assert set(statuses(labeler, CALLS)) == {"pending"}
    assert collect(labeler, CALLS).counts == {"ok": 7}
    assert sorted(server.paid.values()) == [1] * 7


def test_a_key_of_another_project_creates_no_second_batch(
    server: BatchFaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost_creation(server, tmp_path, monkeypatch)
    early = remote_labeler(tmp_path, server.base_url, now=NOW + timedelta(days=2))
    server.gone = "all"
    assert "OPENAI_API_KEY to a key of the project" in collect(early, CALLS).problems[0]
    assert not submit(early, CALLS)
    assert len(server.batches) == 1
    server.gone = None
    assert collect(early, CALLS).counts == {"ok": 7}


def test_a_batch_that_nobody_ever_saw_is_given_up_after_a_week(
    server: BatchFaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost_creation(server, tmp_path, monkeypatch)
    server.gone = "all"
    late = remote_labeler(tmp_path, server.base_url, now=NOW + timedelta(days=8))
    assert "given up" in collect(late, CALLS).problems[0]
    assert set(statuses(late, CALLS)) == {"error"}
    assert len(server.batches) == 1


def test_the_age_of_a_batch_counts_from_its_own_file(server: BatchFaultServer, tmp_path: Path) -> None:
    """A submission may write files for an hour before the batch whose answer is lost."""
    terms = remote_labeler(tmp_path, server.base_url).batches().terms
    hours_later = structs.replace(terms, clock_s=lambda: terms.started_s + 7200)
    assert datetime.fromisoformat(hours_later.moment()) == NOW + timedelta(hours=2)


def test_a_batch_whose_creation_was_not_confirmed_is_found(server: BatchFaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    server.creating = "500"
    assert submit(labeler, CALLS) == {"submitted": 7}
    assert len(server.batches) == 1
    assert collect(labeler, CALLS).counts == {"ok": 7}


def test_the_batch_of_another_home_is_not_taken_for_one_that_was_never_created(
    server: BatchFaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both homes hold the same calls under the same numbers, and one account answers for both."""
    for home in ("one", "other"):
        (tmp_path / home).mkdir()
    one = remote_labeler(tmp_path / "one", server.base_url)
    other = remote_labeler(tmp_path / "other", server.base_url, model="gpt-4.1")
    submit(one, CALLS)
    with monkeypatch.context() as killed:
        killed.setattr("analytics.labeling.batch_client.BatchClient.create", die)
        with pytest.raises(KeyboardInterrupt):
            submit(other, CALLS)
    later = remote_labeler(tmp_path / "other", server.base_url, model="gpt-4.1", now=NOW + timedelta(hours=1))
    assert not submit(later, CALLS), "the batch is created now, and holds them all"
    assert [batch["lines"][0]["body"]["model"] for batch in server.batches.values()] == ["gpt-4.1-mini", "gpt-4.1"]
    assert collect(other, CALLS).counts == {"ok": 7}
    assert {label.model for label in labels(other, CALLS).values()} == {"gpt-4.1-2026-09-01"}


def die(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("gone", ["batch", "answers"])
def test_a_batch_that_the_server_no_longer_has_is_given_up_after_a_week(
    server: BatchFaultServer, tmp_path: Path, gone: str
) -> None:
    submit(remote_labeler(tmp_path, server.base_url), CALLS)
    server.gone = gone
    early, late = (remote_labeler(tmp_path, server.base_url, now=NOW + timedelta(days=days)) for days in (7, 8))
    harvest = collect(early, CALLS)
    assert "OPENAI_API_KEY" in harvest.problems[0], "it may be the key of another project"
    assert not submit(early, CALLS)
    harvest = collect(late, CALLS)
    assert (harvest.counts, harvest.open_batches) == ({"error": 7}, [])
    assert "given up" in harvest.problems[0]
    assert set(statuses(late, CALLS)) == {"error"}
    assert not submit(late, CALLS), "they may have been paid: only a retry asks again"
    assert rows(tmp_path, "select distinct error, cost_nano_usd from answers") == [("batch_gone", None)]
    server.gone = None
    assert ask(late, CALLS, retry=["error"]) == {"ok": 7}


def test_a_call_that_says_something_else_by_now_is_asked_again(server: BatchFaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    submit(labeler, CALLS)
    revised = conversation("native:0", "please help me with something else")
    assert collect(labeler, [revised, *CALLS[1:]]).counts == {"ok": 6, "invalid": 1}
    assert statuses(labeler, [revised]) == ["pending"]
    assert statuses(labeler, [CALLS[0]]) == ["ok"], "the answer is about these words"


def test_an_erased_call_leaves_its_batch(server: BatchFaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url)
    submit(labeler, CALLS)
    erase_requests(tmp_path / "labels.sqlite", ["native:0"])
    harvest = collect(labeler, CALLS[1:])
    assert (harvest.counts, harvest.foreign_lines) == ({"ok": 6}, 1)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["hang", "slow", "drop"])
def test_a_killed_submission_goes_on_without_a_second_batch(
    server: BatchFaultServer, tmp_path: Path, mode: str
) -> None:
    """Killed while the second of four batches is created: made, made a second later, or never made."""
    server.creating_second = mode
    process = submitting(tmp_path, server)
    wait_for(lambda: server.asked_to_create == 2, process)
    time.sleep(0.1)
    process.kill()
    process.wait()
    if mode == "slow":
        wait_for(lambda: len(server.batches) == 2)
    submit(remote_labeler(tmp_path, server.base_url, batch_max_requests=2, now=NOW + timedelta(hours=1)), CALLS)
    labeler = remote_labeler(tmp_path, server.base_url)
    assert sorted(line["custom_id"] for line in server.lines) == sorted({line["custom_id"] for line in server.lines})
    assert collect(labeler, CALLS).counts == {"ok": 7}
    assert sorted(server.paid.values()) == [1] * 7


def submitting(folder: Path, server: BatchFaultServer) -> subprocess.Popen:
    arguments = [str(folder), server.base_url, str(len(CALLS))]
    return subprocess.Popen([sys.executable, "-m", "tests.analytics.labeling.batch_process", *arguments], cwd=ROOT)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen | None = None) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert process is None or process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.001)


def rows(folder: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(folder / "labels.sqlite")) as connection:
        return connection.execute(query).fetchall()
