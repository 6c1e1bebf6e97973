"""core/redacted_texts: only what redaction changed, placeholders stable within a call, a day at a time."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.core.label_requests import view_calls
from analytics.lake import Window
from analytics.redaction.redactor import Finder
from analytics.redaction.table import redact_window, redacted_texts, view_redacted
from analytics.shipped import sql
from analytics.workspace import Workspace
from tests.pipeline import Record, call, land, refresh, rows, workspace_at

CARD = "4111 1111 1111 1111"
MAIL = "ann@example.com"
DAY = Window(date(2026, 10, 5), date(2026, 10, 6))


def text(item: str, said: str, *, field: str = "text", is_json: bool = False) -> dict[str, Any]:
    return {"call_id": "c", "part": "turn", "item": item, "field": field, "text": said, "is_json": is_json}


def changed(finder: Finder, *texts: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["item"], row["text"]) for row in redacted_texts(finder, list(texts))]


def test_a_text_without_anything_to_hide_has_no_row(finder: Finder) -> None:
    assert changed(finder, text("0", "please help me"), text("1", f"it is {MAIL}")) == [("1", "it is [EMAIL_1]")]


def test_the_same_value_has_the_same_placeholder_in_speech_and_in_json(finder: Finder) -> None:
    found = changed(
        finder,
        text("0", f"card {CARD}, mail {MAIL}"),
        text("t", f'{{"to": "{MAIL}", "paid": true}}', field="arguments", is_json=True),
        text("1", "or bob@example.com"),
    )
    assert found == [
        ("0", "card [CARD_1], mail [EMAIL_1]"),
        ("t", '{"to": "[EMAIL_1]", "paid": true}'),
        ("1", "or [EMAIL_2]"),
    ]


def test_a_placeholder_that_came_with_a_later_text_keeps_its_number(finder: Finder) -> None:
    assert changed(finder, text("0", MAIL), text("1", "from [EMAIL_1]")) == [("0", "[EMAIL_2]")]


def test_an_answer_to_a_question_for_a_phone_number_is_one(finder: Finder) -> None:
    asked = text("0", "What is your phone number?")
    number = text("1", "5550123")
    assert changed(finder, asked, number) == [("1", "[PHONE_1]")]
    assert changed(finder, text("0", "How many points do I have?"), number) == []


def test_only_turns_are_questions(finder: Finder) -> None:
    error = text("t", "no phone number given", field="error_type")
    assert changed(finder, text("0", "What do you see?"), error, text("1", "5550123")) == []


def calls() -> list[Record]:
    turns = [
        {"seq": 0, "speaker": "caller", "text": f"my card is {CARD}", "text_intended": "my card"},
        {"seq": 1, "speaker": "agent", "text": "thank you so much"},
    ]
    tool = {
        "id": "t-1",
        "name": "pay",
        "arguments": {"card": CARD},
        "result": {"ok": True},
        "error_type": f"{MAIL} unknown",
    }
    event = {"id": "e-1", "type": "error", "offset_ms": 10, "note": MAIL}
    return [
        call("a", "2026-10-05T10:00:00Z", turns=turns, tool_calls=[tool], events=[event]),
        call("b", "2026-10-06T10:00:00Z", turns=turns),
    ]


@pytest.fixture
def redacted(workspace: Workspace) -> Workspace:
    land(workspace, "1.jsonl", calls())
    refresh(workspace)
    return workspace


def test_one_row_per_changed_text_of_turns_tools_and_events(redacted: Workspace) -> None:
    found = rows(
        redacted,
        "select part, item, field, text from core.redacted_texts where call_id = 'native:a' order by part, field",
    )
    assert [(row["part"], row["field"]) for row in found] == [
        ("event", "attributes"),
        ("tool_call", "arguments"),
        ("tool_call", "error_type"),
        ("turn", "text"),
    ]
    assert [row["text"] for row in found] == [
        '{"note":"[EMAIL_1]"}',
        '{"card":"[CARD_1]"}',
        "[EMAIL_1] unknown",
        "my card is [CARD_1]",
    ]


def test_numbers_begin_anew_in_every_call(redacted: Workspace) -> None:
    found = rows(redacted, "select text from core.redacted_texts where call_id = 'native:b'")
    assert [row["text"] for row in found] == ["my card is [CARD_1]"]


def test_a_window_replaces_its_days_and_no_other(redacted: Workspace) -> None:
    before = rows(redacted, "select * from core.redacted_texts order by all")
    assert redact_window(redacted, DAY) == 4
    assert rows(redacted, "select * from core.redacted_texts order by all") == before


def test_the_policy_of_the_home_decides(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home", environment={"LODESTAR_REDACTION__NAMES": '["Zoe"]'}) as workspace:
        turns = [{"seq": 0, "speaker": "caller", "text": "this is Zoe speaking"}]
        land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z", turns=turns)])
        refresh(workspace)
        assert rows(workspace, "select text from core.redacted_texts") == [{"text": "this is [NAME_1] speaking"}]


def test_the_views_show_redacted_texts_and_leave_all_else_as_it_is(redacted: Workspace) -> None:
    with redacted.connection() as connection:
        view_redacted(redacted, connection, DAY.days)
        turns = connection.execute("select seq, text, text_intended from redacted_turns order by seq").fetchall()
        tools = connection.execute("select name, arguments, result, error_type from redacted_tool_calls").fetchall()
        events = connection.execute("select type, attributes from redacted_events").fetchall()
        counts = connection.execute("select count(*) from core.turns").fetchall()
    assert turns == [(0, "my card is [CARD_1]", "my card"), (1, "thank you so much", None)]
    assert tools == [("pay", '{"card":"[CARD_1]"}', '{"ok":true}', "[EMAIL_1] unknown")]
    assert events == [("error", '{"note":"[EMAIL_1]"}')]
    assert counts == [(2,)]


def test_a_conversation_holds_nothing_unredacted_beside_its_texts(workspace: Workspace) -> None:
    """The use case, the language and the names of tools come from the producer, too, and go out to the model."""
    tool = {"id": "t-1", "name": f"call {MAIL}", "result": {"to": MAIL}}
    said = [{"seq": 0, "speaker": "caller", "text": "please help me now"}]
    hostile = call("a", "2026-10-05T10:00:00Z", use_case=f"card {CARD}", language=MAIL, turns=said, tool_calls=[tool])
    plain = call("b", "2026-10-05T11:00:00Z", use_case="billing", language="en", turns=said)
    land(workspace, "1.jsonl", [hostile, plain])
    refresh(workspace)
    with workspace.connection() as connection:
        view_calls(workspace, connection, DAY.days)
        first, second = connection.sql(sql("core/_conversations")).to_arrow_table().to_pylist()
    assert (first["use_case"], first["language"]) == ("card [CARD_1]", "[EMAIL_1]")
    assert [(used["name"], used["result"]) for used in first["tools"]] == [("call [EMAIL_1]", '{"to":"[EMAIL_1]"}')]
    assert (second["use_case"], second["language"], second["tools"]) == ("billing", "en", [])
