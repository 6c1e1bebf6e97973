"""The fit: its input, its constraint and its command, on a handful of literal records."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analytics.labeling import fit
from analytics.labeling.labelled_calls import labelled_calls

DONE = {"name": "book_table", "interface": "api", "transport_ok": True, "result": {"status": "confirmed"}}
FAILED = {"name": "book_table", "interface": "api", "transport_ok": True, "business_ok": False}


def records(number: int, day: str, tool: dict[str, object], outcome: str) -> list[dict[str, object]]:
    call_id = f"c-{number}"
    started_at = f"2020-05-{day}T10:00:00+00:00"
    return [
        {"record": "call", "id": call_id, "started_at": started_at, "language": "en", "end_reason": "agent_hangup"},
        {"record": "turn", "call_id": call_id, "seq": 2, "speaker": "agent", "text": "one moment"},
        {"record": "turn", "call_id": call_id, "seq": 1, "speaker": "caller", "text": "a table for two"},
        {"record": "tool_call", "call_id": call_id, "id": "t", **tool},
        {"record": "human_label", "call_id": call_id, "labeled_by": "r", "outcome": outcome, "sentiment": "neutral"},
    ]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [row for n in range(30) for row in records(n, "12", DONE, "resolved")]
    rows += [row for n in range(30, 60) for row in records(n, "13", FAILED, "unresolved")]
    rows += records(60, "20", FAILED, "resolved")
    rows += records(61, "12", DONE, "resolved")[:-1]
    rows.append({"record": "turn", "call_id": "orphan", "seq": 1, "speaker": "caller"})
    path = tmp_path / "calls.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return path


def test_only_the_labelled_calls_of_the_week_are_read_with_their_turns_in_order(file):
    calls = labelled_calls(file, "2020-W20")

    assert len(calls) == 60
    assert {call.iso_week for call in calls} == {"2020-W20"}
    assert [turn.seq for turn in calls[0].conversation.turns] == [1, 2]
    assert calls[0].conversation.tools[0].result == '{"status": "confirmed"}'


def test_the_command_writes_the_weights_of_that_week(file, tmp_path, monkeypatch):
    monkeypatch.setattr(fit, "WEIGHTS_FILE", tmp_path / "weights.json")

    ran = CliRunner().invoke(fit.main, [str(file), "--iso-week", "2020-W20"])

    assert (ran.exit_code, ran.output) == (0, "weights.json: fitted on 60 labelled calls of 2020-W20\n")
    weights = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert weights["resolved"]["tools"]["weights"]["act_confirmed"] > 1
    assert weights["resolved"]["tools"]["weights"]["act_failed"] < -1
    assert weights["resolved"]["words"]["weights"] == {}


def test_a_signal_that_contradicts_its_meaning_gets_no_weight():
    praised_in_vain = frozenset({"caller_praise_at_end"})
    examples = [(praised_in_vain, False)] * 30 + [(frozenset(), True)] * 30

    fitted = fit.fit_examples("resolved", examples)

    assert fitted == {"intercept": 0.0, "weights": {"caller_praise_at_end": 0.0}}


def test_a_signal_in_too_few_calls_keeps_the_weight_set_by_hand():
    examples = [(frozenset({"dropped"}), False)] * 5 + [(frozenset(), True)] * 30

    assert "dropped" not in fit.fit_examples("resolved", examples)["weights"]
