"""Twelve kinds of faults and more: every call ends in exactly one status, and nothing is paid twice."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.errors import ConfigurationError, LabelingStopped
from analytics.labeling.interface import Conversation
from analytics.labeling.journal import Journal
from analytics.labeling.journal_records import Answered
from analytics.labeling.remote import RemoteLabeler
from tests.analytics.labeling.fault_server import FaultServer, fault_server
from tests.analytics.labeling.remote_calls import ask, conversation, labels, remote_labeler, statuses

ENDS_IN = {
    "none": "ok",
    "huge": "ok",
    "429:once": "ok",
    "500:once": "ok",
    "hang:once": "ok",
    "cut:once": "ok",
    "429": "error",
    "500": "error",
    "400": "error",
    "hang": "error",
    "cut": "error",
    "headers": "error",
    "html": "invalid",
    "empty": "invalid",
    "label": "invalid",
    "extra": "invalid",
    "missing": "invalid",
    "quote": "invalid",
    "turn": "invalid",
    "range": "invalid",
    "nps": "invalid",
    "tool": "invalid",
    "prose": "invalid",
    "two": "invalid",
    "deep": "invalid",
    "refusal": "refused",
    "filter": "refused",
    "length": "truncated",
}


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        yield running


#: Long enough for a good answer on a busy machine, short enough to wait for.
PATIENCE_S = 2.0


def faulty_calls(*without: str) -> list[Conversation]:
    kinds = [kind for kind in ENDS_IN if kind not in without]
    return [conversation(f"native:{kind}", f"please help me, fault:{kind}") for kind in kinds]


def test_every_call_ends_in_exactly_one_status(server: FaultServer, tmp_path: Path) -> None:
    labeler, calls = remote_labeler(tmp_path, server.base_url, timeout_s=PATIENCE_S), faulty_calls()
    counts = ask(labeler, calls)
    found = labels(labeler, calls)
    assert {call_id.removeprefix("native:"): label.status for call_id, label in found.items()} == ENDS_IN
    assert counts.total() == len(ENDS_IN)
    assert all((label.outcome is not None) == (label.status == "ok") for label in found.values())
    assert all(label.sentiment is None and label.nps_predicted is None for label in found.values() if not label.outcome)


def test_asking_again_sends_nothing(server: FaultServer, tmp_path: Path) -> None:
    labeler, calls = remote_labeler(tmp_path, server.base_url), faulty_calls("hang", "hang:once")
    ask(labeler, calls)
    sent = server.received.total()
    assert not ask(labeler, calls)
    assert server.received.total() == sent


def test_nothing_is_paid_twice_but_a_longer_answer(server: FaultServer, tmp_path: Path) -> None:
    ask(remote_labeler(tmp_path, server.base_url), faulty_calls("hang", "hang:once"))
    assert sorted(server.paid.values())[-2:] == [1, 2]
    limits = [body["max_completion_tokens"] for body in server.bodies if "fault:length" in json.dumps(body)]
    assert limits == [1024, 2048]


def test_a_request_that_may_have_been_paid_is_repeated_once(server: FaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url, max_attempts=6, timeout_s=0.5)
    ask(labeler, [conversation(f"native:{kind}", f"fault:{kind} please") for kind in ("hang", "cut")])
    assert sorted(server.received.values()) == [2, 2]


def test_equal_calls_are_paid_once_and_all_have_the_label(server: FaultServer, tmp_path: Path) -> None:
    labeler, calls = remote_labeler(tmp_path, server.base_url), [conversation(f"native:{n}") for n in range(600)]
    ask(labeler, calls)
    found = labels(labeler, calls)
    assert server.received.total() == 1
    assert {label.status for label in found.values()} == {"ok"}
    assert sum(label.cost_usd for label in found.values()) == max(label.cost_usd for label in found.values()) > 0


def test_no_more_requests_than_workers_are_in_flight(tmp_path: Path) -> None:
    with fault_server(delay_s=0.02) as server:
        calls = [conversation(f"native:{n}", f"help {n}") for n in range(40)]
        ask(remote_labeler(tmp_path, server.base_url, concurrency=5), calls)
        assert server.received.total() == 40
        assert 1 < server.most_in_flight <= 5


def test_a_used_up_quota_stops_the_run_and_keeps_the_answers(server: FaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url, concurrency=1)
    said = ["good one", "good two", "fault:quota now", "never asked"]
    calls = [conversation(f"native:{n}", text) for n, text in enumerate(said)]
    with pytest.raises(LabelingStopped, match="insufficient_quota"):
        ask(labeler, calls)
    assert statuses(labeler, calls) == ["ok", "ok", "pending", "pending"]
    assert server.received.total() == 3


def test_a_server_that_refuses_all_stops_a_run_whose_budget_is_all_reserved(
    server: FaultServer, tmp_path: Path
) -> None:
    """Most workers wait for room that nobody will ever give back but the refused ones."""
    labeler = remote_labeler(tmp_path, server.base_url, max_usd_per_run="0.02")
    calls = [conversation(f"native:{n}", f"fault:quota {n}") for n in range(30)]
    stopped: list[str] = []
    thread = threading.Thread(target=lambda: stopped.append(stop_of(labeler, calls)), daemon=True)
    thread.start()
    thread.join(120)
    assert "insufficient_quota" in "".join(stopped)
    assert server.received.total() < 8, "who waited for room sends nothing any more"
    assert set(statuses(labeler, calls)) == {"pending"}


def stop_of(labeler: RemoteLabeler, calls: list[Conversation]) -> str:
    with pytest.raises(LabelingStopped) as stopped:
        ask(labeler, calls)
    return str(stopped.value)


def test_a_refused_key_stops_the_run_without_showing_it(server: FaultServer, tmp_path: Path) -> None:
    with pytest.raises(LabelingStopped, match="OPENAI_API_KEY") as stopped:
        ask(remote_labeler(tmp_path, server.base_url), [conversation(said="fault:401 please")])
    assert "key-secret" not in str(stopped.value)


def test_a_server_that_is_down_stops_the_run(tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, "http://127.0.0.1:9/v1", max_attempts=1)
    calls = [conversation(f"native:{n}", f"help {n}") for n in range(60)]
    with pytest.raises(LabelingStopped, match="base_url"):
        ask(labeler, calls)
    with Journal.open(tmp_path / "labels.sqlite") as journal:
        assert journal.spent_nano_usd() == 0, "what never reached a server was not paid"
    assert set(statuses(labeler, calls)) == {"pending"}, "and is asked about by the next run"


def test_a_call_that_reaches_no_server_gives_its_room_back(tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, "http://127.0.0.1:9/v1", max_attempts=1, max_usd_per_run="0.02")
    assert ask(labeler, [conversation(f"native:{n}", f"help {n}") for n in range(10)]) == {"pending": 10}


@pytest.mark.parametrize("key", ["", "sk-\n1", "sk-\u043a", "two words"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(tmp_path: Path, key: str) -> None:
    labeler = remote_labeler(tmp_path)
    labeler._api_key = key
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY is empty or holds") as refused:
        ask(labeler, [conversation()])
    assert not key or key not in str(refused.value)


@pytest.mark.parametrize("status", ["error", "refused", "truncated", "invalid"])
def test_a_retry_asks_about_one_status_and_keeps_older_attempts(
    status: str, server: FaultServer, tmp_path: Path
) -> None:
    labeler, calls = remote_labeler(tmp_path, server.base_url), faulty_calls("hang", "hang:once")
    ask(labeler, calls)
    before = dict(server.received)
    expected = sum(label.status == status for label in labeler.label(calls))
    counts = ask(labeler, calls, retry=[status])  # type: ignore[list-item]
    assert counts == {status: expected}
    with Journal.open(tmp_path / "labels.sqlite") as journal:
        version = labeler.version
        assert len(journal.statuses(version, [status])) == counts[status]  # type: ignore[list-item]
    assert sum(server.received[key] > n for key, n in before.items()) == counts[status]


def test_a_retry_can_turn_an_error_into_a_label(server: FaultServer, tmp_path: Path) -> None:
    calls = [conversation(said="fault:500:once please")]
    hasty = remote_labeler(tmp_path, server.base_url, max_attempts=1)
    ask(hasty, calls)
    assert statuses(hasty, calls) == ["error"]
    ask(hasty, calls, retry=["error"])
    assert statuses(hasty, calls) == ["ok"]


def test_a_server_s_wish_to_wait_closes_the_gate_for_all(server: FaultServer, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, server.base_url, max_attempts=6)
    calls = [conversation(f"native:{n}", f"fault:429:once {n}") for n in range(30)]
    ask(labeler, calls)
    assert set(statuses(labeler, calls)) == {"ok"}


def test_without_a_key_nothing_is_asked(tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path)
    labeler._api_key = None
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        ask(labeler, [conversation()])


def test_what_is_sent_holds_no_tool_no_storage_and_a_closed_schema(server: FaultServer, tmp_path: Path) -> None:
    ask(remote_labeler(tmp_path, server.base_url), [conversation()])
    sent = server.bodies[0]
    schema = sent["response_format"]["json_schema"]
    assert sent["store"] is False
    assert "tools" not in sent
    assert schema["strict"] is True
    assert schema["schema"]["additionalProperties"] is False
    assert sorted(schema["schema"]["required"]) == sorted(schema["schema"]["properties"])


def test_label_and_cost_are_what_the_answer_said(server: FaultServer, tmp_path: Path) -> None:
    labeler, calls = remote_labeler(tmp_path, server.base_url), [conversation()]
    ask(labeler, calls)
    label = labels(labeler, calls)["native:c"]
    fresh = label.input_tokens - 500
    assert (label.outcome, label.nps_predicted, label.topic) == ("resolved", 8, "appointment")
    assert label.model == "gpt-4.1-mini-2026-09-01"
    assert label.evidence[0].text == "please help me now"
    assert float(label.cost_usd) == pytest.approx((fresh * 0.4 + 500 * 0.1 + 100 * 1.6) / 1e6)


def test_a_full_disk_stops_the_run_with_a_next_step(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Journal, "write", full)
    with pytest.raises(LabelingStopped, match="disk is full"):
        ask(remote_labeler(tmp_path, server.base_url), [conversation(f"native:{n}", f"help {n}") for n in range(20)])
    assert server.received.total() == 0, "nothing is sent that is not in the journal"


def test_an_answer_that_cannot_be_kept_stops_the_run(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full for one answer and has room again: the call was paid, and the run must not say it is labelled."""
    write = Journal.write

    def once_full(journal: Journal, records: list) -> None:
        if any(isinstance(record, Answered) for record in records):
            raise sqlite3.OperationalError("database or disk is full")
        write(journal, records)

    monkeypatch.setattr(Journal, "write", once_full)
    with pytest.raises(LabelingStopped, match="disk is full"):
        ask(remote_labeler(tmp_path, server.base_url, concurrency=1), [conversation(said="help"), conversation()])
    assert server.received.total() == 1
