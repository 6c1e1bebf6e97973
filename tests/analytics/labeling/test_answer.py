"""An answer is a label or it is none: nothing is repaired, nothing has a default."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.labeling.answer import Usage, parse_answer, receipt_of, status_of
from analytics.labeling.interface import SpokenTurn
from analytics.labeling.rubric import rubric
from tests.analytics.labeling.fault_server import answer, completion
from tests.analytics.labeling.remote_calls import conversation

CALL = conversation()
SHOWN = {"turns": [{"seq": 0, "text": "please help me now"}]}
GOOD = completion({"model": "m"} | {"messages": [{"content": ""}]}, answer(SHOWN))


def body(said: object, **message: object) -> bytes:
    choice = {"finish_reason": "stop", "message": {"content": said if isinstance(said, str) else json.dumps(said)}}
    choice["message"] |= message  # type: ignore[operator]
    return json.dumps({"choices": [choice]}).encode()


def with_quotes(*evidence: tuple[int, str]) -> bytes:
    return body(answer(SHOWN) | {"evidence": [{"seq": seq, "quote": quote} for seq, quote in evidence]})


def test_a_good_answer_is_a_label() -> None:
    label = parse_answer(json.dumps(GOOD).encode(), CALL)
    assert (label.status, label.sentiment, label.nps_predicted) == ("ok", "positive", 8)


@pytest.mark.parametrize("key", sorted(rubric().schema["properties"]))
def test_every_key_is_required_and_null_is_no_value(key: str) -> None:
    said = answer(SHOWN)
    assert status_of(body({name: value for name, value in said.items() if name != key}), CALL) == "invalid"
    assert status_of(body(said | {key: None}), CALL) == "invalid"


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "Resolved"},
        {"sentiment": "mixed"},
        {"topic": "weather"},
        {"nps_predicted": 11},
        {"nps_predicted": -1},
        {"nps_predicted": 7.5},
        {"nps_predicted": "8"},
        {"nps_predicted": True},
        {"resolved_probability": 1.01},
        {"positive_probability": -0.1},
        {"positive_probability": "0.5"},
        {"injection_suspected": "false"},
        {"note": "extra"},
        {"evidence": [{"seq": 0, "quote": "help", "why": "extra"}]},
        {"evidence": [{"seq": "0", "quote": "help"}]},
        {"evidence": [{"seq": 0, "quote": "help"}] * 5},
    ],
)
def test_one_wrong_value_makes_the_whole_answer_invalid(change: dict) -> None:
    label = parse_answer(body(answer(SHOWN) | change), CALL)
    assert (label.status, label.outcome, label.sentiment) == ("invalid", None, None)


@pytest.mark.parametrize("twice", ['"outcome":"unresolved"', '"\\u006futcome":"unresolved"', '"outcome":"resolved"'])
def test_a_key_that_is_said_twice_is_no_answer(twice: str) -> None:
    said = json.dumps(answer(SHOWN))
    assert status_of(body(said), CALL) == "ok"
    assert status_of(body("{" + twice + "," + said[1:]), CALL) == "invalid"


def test_a_quote_that_is_said_twice_is_no_answer() -> None:
    said = json.dumps(answer(SHOWN)).replace('"seq": 0', '"seq": 1, "seq": 0')
    assert status_of(body(said), CALL) == "invalid"


def test_quotes_stand_in_their_turn_word_for_word() -> None:
    assert status_of(with_quotes((0, "help me now"), (1, "It is booked.")), CALL) == "ok"
    assert status_of(with_quotes(), CALL) == "ok"
    for seq, quote in [(1, "help me now"), (0, "Help me now"), (0, "help  me"), (0, ""), (0, " "), (7, "help")]:
        assert status_of(with_quotes((seq, quote)), CALL) == "invalid", (seq, quote)


def test_nobody_said_what_the_system_wrote() -> None:
    call = conversation(turns=(SpokenTurn(0, "system", "please help me now"),))
    assert status_of(with_quotes((0, "help")), call) == "invalid"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", "invalid"),
        (b"<html></html>", "invalid"),
        (b"\xff\xfe", "invalid"),
        (b"[]", "invalid"),
        (b'{"choices": []}', "invalid"),
        (b'{"choices": null}', "invalid"),
        (b'{"error": {"message": "late"}}', "invalid"),
        (body("not json"), "invalid"),
        (body(""), "invalid"),
        (body([]), "invalid"),
        (body(answer(SHOWN), content=None), "invalid"),
        (body(answer(SHOWN), refusal="no"), "refused"),
        (body("Here you are: " + json.dumps(answer(SHOWN))), "invalid"),
        (body("[" * 9000), "invalid"),
        (body(answer(SHOWN))[:-1] + b',"more":' + b"[" * 9000 + b"]" * 9000 + b"}", "invalid"),
        (body(answer(SHOWN))[:-1] + b',"choices":[]}', "invalid"),
        (b'{"choices":[],' + body(answer(SHOWN))[1:], "invalid"),
        (body(answer(SHOWN))[:-1] + b',"object":"\xff"}', "invalid"),
    ],
)
def test_what_is_no_answer_is_no_label(raw: bytes, status: str) -> None:
    assert status_of(raw, CALL) == status


@given(st.binary(max_size=300))
def test_any_bytes_have_a_status(raw: bytes) -> None:
    assert parse_answer(raw, CALL).status == "invalid"
    assert receipt_of(raw).usage is None


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_answer_is_read_right_or_not_at_all(place: int, byte: int) -> None:
    raw = bytearray(body(answer(SHOWN)))
    raw[place % len(raw)] = byte
    label = parse_answer(bytes(raw), CALL)
    assert (label.outcome is not None) == (label.status == "ok")


def test_the_receipt_holds_what_is_billed() -> None:
    receipt = receipt_of(json.dumps(GOOD).encode())
    assert receipt.usage == Usage(1000, 100, cached_tokens=500)
    assert (receipt.model, receipt.service_tier) == ("m-2026-09-01", "default")
    assert receipt_of(b'{"usage": {"prompt_tokens": -1, "completion_tokens": 2}}').usage is None
    assert receipt_of(b'{"choices": []}').usage is None


@pytest.mark.parametrize("usage", ["null", "{}", '{"prompt_tokens":-1,"completion_tokens":1}', '"free"', "[" * 9000])
def test_a_receipt_without_a_usable_usage_still_says_who_answered(usage: str) -> None:
    raw = f'{{"model":"other","service_tier":"flex","usage":{usage}}}'
    receipt = receipt_of(raw.encode())
    assert receipt.usage is None
    assert receipt.model == (None if usage.startswith("[") else "other")


def test_no_part_of_a_usage_is_more_than_the_whole() -> None:
    details = {"cached_tokens": 90, "cache_write_tokens": 50}
    usage = {"prompt_tokens": 100, "completion_tokens": 1, "prompt_tokens_details": details}
    assert receipt_of(json.dumps({"usage": usage}).encode()).usage == Usage(100, 1, 90, 10)
