"""Small facts of the contract, each with the value that a reader of the text would write down."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.reference.compare import differences
from tests.reference.pipeline import Published, attempt, run
from tests.reference.receipt import Receipt
from tests.reference.rules import Rules

if TYPE_CHECKING:
    from pathlib import Path

Record = dict[str, Any]

RULES = Rules(datetime(2026, 5, 1, tzinfo=UTC), ZoneInfo("UTC"))
TALK: list[Record] = [
    {"seq": 0, "speaker": "agent", "text": "Hello, how can I help?", "start_ms": 0, "end_ms": 1000},
    {"seq": 1, "speaker": "caller", "text": "I want to move my appointment", "start_ms": 1500, "end_ms": 4000},
    {"seq": 2, "speaker": "agent", "text": "Done, it is moved to Friday.", "start_ms": 5000, "end_ms": 7000},
    {"seq": 3, "speaker": "caller", "text": "thank you, that is perfect", "start_ms": 8000, "end_ms": 9000},
]
MUTE = [{key: value for key, value in turn.items() if key != "text"} for turn in TALK]
DISCONNECT: Record = {"record": "event", "type": "disconnect", "offset_ms": 77}
BILL: Record = {"component": "telephony", "cost": {"amount": "0.01", "currency": "USD"}}
LLM: Record = {"component": "llm", "provider": "openai", "model": "gpt-4.1-mini"}


def call(name: str, day: int = 2, **more: Any) -> Record:
    record = {"record": "call", "id": name, "customer_id": name, "use_case": "move", "channel": "phone"}
    record |= {"started_at": f"2026-03-{day:02}T10:00:00Z", "ended_at": f"2026-03-{day:02}T10:03:00Z"}
    return record | {"end_reason": "customer_hangup", "turns": TALK} | more


def gone(name: str, revision: int) -> Record:
    return {"record": "call", "id": name, "started_at": "2026-03-02T10:00:00Z", "revision": revision, "deleted": True}


def survey(name: str, answered_at: str, score: int, **more: Any) -> Record:
    return {"record": "survey", "id": name, "instrument": "nps", "answered_at": answered_at, "score": score, **more}


FILES: dict[str, list[Record]] = {
    "1.jsonl": [
        call("channel-absent", channel=None),
        call("channel-other", channel="fax"),
        call("human-0.4", human_agent_ms=0.4),
        call("human-0.5", human_agent_ms=0.5),
        gone("back-absent", 9),
        gone("back-false", 9),
        gone("gone", 2),
        call("gone"),
        call("flood", events=[]),
        DISCONNECT | {"call_id": "flood"},
        call("mute", source="mixed", turns=MUTE),
        call("talking", source="mixed"),
        call("mute-alone", source="quiet", turns=MUTE),
        call("mute-short", source="quiet", turns=MUTE, ended_at="2026-03-02T10:00:09.999Z"),
        call("unknown-tokens", usage=[LLM | {"input_tokens": -5, "output_tokens": 10}]),
        call("fresh-tokens", usage=[LLM | {"input_tokens": 1000, "cached_input_tokens": 400, "output_tokens": 10}]),
        call("analysis", usage=[BILL, {"component": "analysis", "provider": "x", "model": "y", "output_tokens": 9}]),
        call("euro", usage=[BILL, {"component": "tts", "cost": {"amount": "0.01", "currency": "EUR"}}]),
        call("twice", usage=[BILL, BILL]),
        call("explicit-1", case_id="T", customer_id="t", end_reason="voicemail"),
        call("explicit-2", 3, case_id="T", customer_id="t"),
        call("explicit-3", 10, case_id="T", customer_id="t"),
        survey("before", "2026-03-02T12:00:00Z", 1, call_id="explicit-1"),
        survey("first", "2026-03-03T12:00:00Z", 3, call_id="explicit-2"),
        survey("last-a", "2026-03-04T12:00:00Z", 5, case_id="T"),
        survey("last-b", "2026-03-04T12:00:00Z", 9, case_id="T"),
        survey("too-late", "2026-03-19T00:00:00Z", 0, case_id="T"),
        {"record": "case", "id": "T", "handled": True, "closed_at": "2026-03-05T00:00:00Z"},
        {"record": "case", "id": "T", "handled": False, "closed_at": "2026-03-19T00:00:00Z", "revision": 2},
        call("crm-1", case_id="C"),
        call("crm-2", case_id="C", source="other"),
        {"record": "case", "id": "C", "source": "crm", "call_source": "native", "handled": True},
        {"record": "case", "id": "C", "source": "crm", "call_source": "other", "handled": False},
        call("settled", started_at="2026-04-24T00:00:00Z", ended_at=None),
        call("unsettled", started_at="2026-04-24T00:00:00.001Z", ended_at=None),
        call("chain-2", 3, customer_id="chain"),
        call("chain-3", 9, customer_id="chain"),
        {"record": "human_label", "call_id": "nobody", "labeled_at": "2026-03-08T10:00:00Z", "labeled_by": "r-1"},
    ],
    "2.jsonl": [
        call("back-absent", revision=10),
        call("back-false", revision=10, deleted=False),
        call("gone", turns=[]),
        *[DISCONNECT | {"call_id": "flood"}] * 3,
        call("chain-1", customer_id="chain"),
    ],
}

FACTS: tuple[tuple[str, str, Any], ...] = (
    (
        "a week, metric, dimension and segment stand in one row",
        "SELECT count(*) FROM (SELECT 1 FROM mart.kpi_week GROUP BY week, metric, dimension, segment HAVING count(*) > 1)",
        0,
    ),
    (
        "an absent channel and one outside the vocabulary are the same segment",
        "SELECT n FROM mart.kpi_week WHERE metric = 'calls' AND segment = 'unknown' AND dimension = 'channel'"
        " AND week = '2026-03-02'",
        2,
    ),
    ("0.4 ms of a human agent are none", "SELECT handover FROM core.calls WHERE source_call_id = 'human-0.4'", "none"),
    ("0.5 ms are one", "SELECT handover FROM core.calls WHERE source_call_id = 'human-0.5'", "completed"),
    ("a deletion is one revision", "SELECT count(*) FROM core.calls WHERE source_call_id LIKE 'back-%'", 2),
    ("no older revision brings a call back", "SELECT count(*) FROM core.calls WHERE source_call_id = 'gone'", 0),
    ("three equal lines in a later file are three events", "SELECT count(*) FROM core.events", 3),
    (
        "words are counted where the source delivers text",
        "SELECT ineligible_reason FROM core.calls WHERE call_id = 'mixed:mute'",
        "too_few_words",
    ),
    (
        "a source without text counts by duration",
        "SELECT eligible FROM core.calls WHERE call_id = 'quiet:mute-alone'",
        True,
    ),
    ("and needs 10 seconds", "SELECT eligible FROM core.calls WHERE call_id = 'quiet:mute-short'", False),
    (
        "a price of unknown tokens is unknown",
        "SELECT cost_known FROM core.calls WHERE source_call_id = 'unknown-tokens'",
        False,
    ),
    (
        "cached tokens are part of the input",
        "SELECT cost_usd FROM core.calls WHERE source_call_id = 'fresh-tokens'",
        (600 * Decimal("0.40") + 400 * Decimal("0.10") + 10 * Decimal("1.60")) / 1_000_000,
    ),
    ("analysis stands beside", "SELECT cost_usd FROM core.calls WHERE source_call_id = 'analysis'", Decimal("0.01")),
    ("a foreign currency is unpriced", "SELECT cost_known FROM core.calls WHERE source_call_id = 'euro'", False),
    (
        "equal usage in one array counts twice",
        "SELECT cost_usd FROM core.calls WHERE source_call_id = 'twice'",
        Decimal("0.02"),
    ),
    (
        "a case starts with its first eligible call",
        "SELECT first_call_id FROM core.cases WHERE case_id = 'native:T'",
        "native:explicit-2",
    ),
    (
        "calls within 168 h of it count",
        "SELECT last_call_id FROM core.cases WHERE case_id = 'native:T'",
        "native:explicit-2",
    ),
    (
        "the latest answer in time counts, of two the greater id",
        "SELECT nps_score FROM core.cases WHERE case_id = 'native:T'",
        9,
    ),
    ("the others are excluded", "SELECT count(*) FROM core.surveys WHERE NOT excluded", 1),
    (
        "a case record closed too late is ignored and revives no other: the label decides",
        "SELECT handled_source FROM core.cases WHERE case_id = 'native:T'",
        "label",
    ),
    (
        "a case record is known by source and id: a later one of other content takes it to another case",
        "SELECT string_agg(case_id || ' ' || handled_source, ', ' ORDER BY case_id) FROM core.cases"
        " WHERE case_id LIKE '%:C'",
        "native:C label, other:C stated",
    ),
    (
        "a late earlier call moves the first case and leaves the last call a case of its own",
        "SELECT string_agg(DISTINCT case_id, ' ' ORDER BY case_id) FROM core.calls WHERE source_call_id LIKE 'chain-%'",
        "native:chain-1 native:chain-3",
    ),
    ("a label of no known call is an orphan, not in core", "SELECT count(*) FROM core.human_labels", 0),
    (
        "a case settles 168 hours after it opened",
        "SELECT settled FROM core.cases WHERE case_id = 'native:settled'",
        True,
    ),
    ("and no millisecond earlier", "SELECT settled FROM core.cases WHERE case_id = 'native:unsettled'", False),
    (
        "ttft is derived on voice channels",
        "SELECT ttft_ms FROM core.turns WHERE call_id = 'native:human-0.4' AND ttft_valid",
        1000,
    ),
    (
        "and nowhere else",
        "SELECT count(*) FROM core.turns WHERE call_id = 'native:channel-absent' AND ttft_ms IS NOT NULL",
        0,
    ),
)


@pytest.mark.slow
def test_every_small_fact_of_the_contract_holds_in_the_published_tables(tmp_path: Path) -> None:
    folder, received = tmp_path / "landing", Receipt()
    folder.mkdir()
    for name, records in FILES.items():
        (folder / name).write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    published = run(tmp_path / "home", folder, RULES)
    received.receive(folder, datetime.now(UTC))
    wrong = []
    for fact, statement, expected in FACTS:
        rows = published.rows(statement)
        value = next(iter(rows[0].values())) if len(rows) == 1 else f"{len(rows)} rows"
        if value != expected:
            wrong.append(f"{fact}: contract {expected!r}, pipeline {value!r}")
    wrong += differences(published, received, RULES)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_a_deleted_call_leaves_the_publication_even_when_no_call_remains(tmp_path: Path) -> None:
    published, folder = Published(tmp_path / "home"), tmp_path / "landing"
    folder.mkdir()
    (folder / "1.jsonl").write_text(json.dumps(call("only")), encoding="utf-8")
    run(published.home, folder, RULES)
    (folder / "2.jsonl").write_text(json.dumps(gone("only", 2)), encoding="utf-8")
    done = attempt(published.home, folder, RULES)
    assert done.returncode in (0, 3), done.stderr
    assert not published.exists or published.rows("SELECT call_id FROM core.calls") == []
