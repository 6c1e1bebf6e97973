"""The gate: what may be loaded, what may not, and that its quick way says what its careful way says."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ingest import gate
from analytics.ingest.gate import Accepted, admit
from analytics.ingest.strict import Rejected

NOW = datetime(2026, 11, 25, tzinfo=UTC)
CALL = b'{"record":"call","id":"a","started_at":"2026-02-06T11:33:09Z"%s}'
SURVEY = b'{"record":"survey","id":"s","instrument":"nps"%s}'


def verdict(line: bytes) -> tuple[str, str]:
    judged = admit(line, NOW)
    return (judged.code, judged.json_path) if isinstance(judged, Rejected) else ("accepted", judged.kind)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (b"", ("accepted", "calls")),
        (b',"language":null', ("accepted", "calls")),
        (b',"unheard_of":{"deep":[1,2.50,"x"]}', ("accepted", "calls")),
        (b',"turns":[{"seq":0,"speaker":"caller","mood":1,"latency":{"vad_ms":3}}]', ("accepted", "calls")),
        (b',"Id":"b"', ("accepted", "calls")),
        (b',"end_reason":"something new"', ("accepted", "calls")),
        (b',"id":"b"', ("duplicate_key", "$")),
        (b',"language":null,"language":null', ("duplicate_key", "$")),
        (b',"x":1,"\\u0078":2', ("duplicate_key", "$")),
        (b',"agent":{"id":"a","id":"\\u003a"}', ("duplicate_key", "$.agent")),
        (b',"tool_calls":[{"id":"t","name":"n","arguments":{"a":1,"a":1}}]', ("duplicate_key", "$.tool_calls[0].arguments")),
        (b',"attributes":{"n":%s}' % (b"1" * 309), ("accepted", "calls")),
        (b',"attributes":{"n":%s}' % (b"9" * 309), ("number_out_of_range", "$.attributes.*")),
        (b',"unheard_of":-%s' % (b"9" * 309), ("number_out_of_range", "$.*")),
        (b',"attributes":{"n":[%s]}' % (b"1" * 400), ("number_out_of_range", "$.attributes.*[0]")),
        (b',"language":5', ("wrong_type", "$.language")),
        (b',"turns":[{"seq":1.0,"speaker":"caller"}]', ("wrong_type", "$.turns[0].seq")),
        (b',"turns":[{"seq":-1,"speaker":"caller"}]', ("bad_value", "$.turns[0].seq")),
        (b',"turns":[{"seq":1,"speaker":"bot"}]', ("bad_value", "$.turns[0].speaker")),
        (b',"turns":[{"speaker":"caller"}]', ("missing_key", "$.turns[0].seq")),
        (b',"turns":[{"seq":1,"speaker":"caller","latency":{"ttft_ms":"fast"}}]', ("wrong_type", "$.turns[0].latency.ttft_ms")),
        (b',"billed_s":NaN', ("number_out_of_range", "$.billed_s")),
        (b',"billed_s":1e400', ("number_out_of_range", "$.billed_s")),
        (b',"billed_s":1e17', ("bad_value", "$.billed_s")),
        (b',"billed_s":9007199254740992', ("accepted", "calls")),
        (b',"billed_s":9007199254740993', ("bad_value", "$.billed_s")),
        (b',"billed_s":-9007199254740993', ("bad_value", "$.billed_s")),
        (b',"ended_at":"2026-02-06T11:34:09.999999999999999999999999999999Z"', ("accepted", "calls")),
        (b',"x":-1e999', ("number_out_of_range", "$.*")),
        (b',"case_id":""', ("bad_id", "$.case_id")),
        (b',"case_id":"a\\u0000"', ("bad_id", "$.case_id")),
        (b',"case_id":"a\\u0085"', ("bad_id", "$.case_id")),
        (b',"source":"../up"', ("bad_id", "$.source")),
        (b',"customer_id":7', ("wrong_type", "$.customer_id")),
        (b',"ended_at":"2026-02-06 11:34:09Z"', ("bad_time", "$.ended_at")),
        (b',"ended_at":"2026-02-06T11:34:09"', ("bad_time", "$.ended_at")),
        (b',"ended_at":"2026-02-06T11:34:60Z"', ("bad_time", "$.ended_at")),
        (b',"ended_at":"2026-02-30T11:34:09Z"', ("bad_time", "$.ended_at")),
        (b',"ended_at":"9999-12-31T23:59:59-01:00"', ("bad_time", "$.ended_at")),
        (b',"ended_at":"2026-02-06t11:34:09.123456789z"', ("accepted", "calls")),
        (b',"language":"\\ud800"', ("lone_surrogate", "$.language")),
        (b',"language":"\xff"', ("not_utf8", "$")),
        (b',"language":"\xed\xa0\x80"', ("not_utf8", "$")),
        (b',"revision":-1', ("bad_value", "$.revision")),
        (b',"usage":[{"component":"llm","cost":{"amount":"\\u0661","currency":"USD"}}]', ("bad_value", "$.usage[0].cost.amount")),
        (b',"ended_at":"2026-02-06T11:34:0\\u0669Z"', ("bad_time", "$.ended_at")),
        (b',"usage":[{"component":"llm","cost":{"amount":"1e3","currency":"USD"}}]', ("bad_value", "$.usage[0].cost.amount")),
        (b',"usage":[{"component":"llm","cost":{"amount":0.1,"currency":"USD"}}]', ("wrong_type", "$.usage[0].cost.amount")),
        (b',"usage":[{"component":"llm","cost":{"amount":"1","currency":"usd"}}]', ("bad_value", "$.usage[0].cost.currency")),
        (b',}', ("invalid_json", "$")),
    ],
)  # fmt: skip
def test_a_call_is_accepted_or_refused_with_code_and_path(more: bytes, expected: tuple[str, str]) -> None:
    assert verdict(CALL % more) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (SURVEY % b',"score":null,"call_id":"a"', ("accepted", "surveys")),
        (SURVEY % b',"score":8,"case_id":"a","answered_at":"2026-02-06T11:33:09Z"', ("accepted", "surveys")),
        (SURVEY % b',"call_id":"a"', ("missing_key", "$.score")),
        (SURVEY % b',"score":8,"call_id":"a"', ("missing_key", "$.answered_at")),
        (SURVEY % b',"score":8,"answered_at":"2026-02-06T11:33:09Z"', ("missing_key", "$.call_id")),
        (SURVEY % b',"score":11,"call_id":"a","answered_at":"2026-02-06T11:33:09Z"', ("bad_value", "$.score")),
        (SURVEY % b',"score":7.5,"call_id":"a","answered_at":"2026-02-06T11:33:09Z"', ("bad_value", "$.score")),
        (SURVEY % b',"score":null,"call_id":"a","sampling_probability":0', ("bad_value", "$.sampling_probability")),
        (b'{"record":"human_label","call_id":"c","labeled_by":"r"}', ("missing_key", "$.labeled_at")),
        (b'{"record":"turn","call_id":"c","seq":0,"speaker":"system"}', ("accepted", "turns")),
        (b'{"record":"tool_call","call_id":"c","id":"t","name":"n"}', ("accepted", "tool_calls")),
        (b'{"record":"event","call_id":"c","type":"hold"}', ("accepted", "events")),
        (b'{"record":"usage","call_id":"c","component":"llm"}', ("accepted", "usage")),
        (b'{"record":"case","id":"T-9"}', ("accepted", "cases")),
        (b'{"record":"Call","id":"a"}', ("unknown_record", "$.record")),
        (b'{"record":["call"]}', ("unknown_record", "$.record")),
        (b'{"id":"a"}', ("unknown_record", "$.record")),
        (b"[1]", ("not_an_object", "$")),
        (b"null", ("not_an_object", "$")),
        (b'{"record":"case","id":"a"}{"record":"case","id":"b"}', ("invalid_json", "$")),
        (b'{"record":"case","id":"a"', ("invalid_json", "$")),
    ],
)
def test_other_records_have_their_own_rules(line: bytes, expected: tuple[str, str]) -> None:
    assert verdict(line) == expected


@pytest.mark.parametrize(("started_at", "accepted"), [
    ("1999-12-31T23:59:59Z", False), ("2000-01-01T00:00:00Z", True),
    ("2026-11-26T00:00:00Z", True), ("2026-11-26T00:00:01Z", False),
])  # fmt: skip
def test_a_start_lies_between_2000_and_a_day_after_receipt(started_at: str, accepted: bool) -> None:
    line = json.dumps({"record": "call", "id": "a", "started_at": started_at}).encode()
    assert isinstance(admit(line, NOW), Accepted) is accepted


@pytest.mark.parametrize(
    ("levels", "expected"), [(126, "accepted"), (127, "accepted"), (128, "too_deep"), (90_000, "too_deep")]
)
def test_nesting_ends_at_128_levels_counted_from_the_object(levels: int, expected: str) -> None:
    assert verdict(CALL % (b',"x":' + b"[" * levels + b"]" * levels))[0] == expected


@pytest.mark.parametrize(("levels", "expected"), [(125, "accepted"), (126, "too_deep")])
def test_nesting_counts_inside_children_too(levels: int, expected: str) -> None:
    tool = b',"tool_calls":[{"id":"t","name":"n","arguments":' + b"[" * levels + b"]" * levels + b"}]"
    assert verdict(CALL % tool)[0] == expected


def test_unknown_keys_are_kept_where_they_stood() -> None:
    judged = admit(CALL % b',"a":1,"attributes":{"b":2},"turns":[{"seq":0,"speaker":"agent","c":3}]', NOW)
    assert isinstance(judged, Accepted)
    kept = json.loads(judged.payload)
    assert kept["attributes"] == {"a": 1, "attributes": {"b": 2}}
    assert kept["turns"][0]["attributes"] == {"c": 3}


@pytest.mark.parametrize(
    "more",
    [
        b',"turns":[{"seq":1,"speaker":"my card is 4111"}]',
        b',"my card is 4111":1,"my card is 4111":2',
        b',"x":{"my card is 4111":NaN}',
        b',"end_reason":["my card is 4111"]',
    ],
)
def test_a_refusal_repeats_nothing_that_somebody_said(more: bytes) -> None:
    judged = admit(CALL % more, NOW)
    assert isinstance(judged, Rejected)
    assert "4111" not in judged.reason + judged.json_path + judged.code


TEXT = st.text(max_size=12)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
CALLS = st.fixed_dictionaries(
    {"record": st.just("call"), "id": st.text(min_size=1, max_size=5), "started_at": st.just("2026-02-06T11:33:09Z")},
    optional={
        "language": st.none() | TEXT | st.integers(),
        "billed_s": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "attributes": ANY,
        "unheard_of": ANY,
        "turns": st.lists(
            st.fixed_dictionaries(
                {"seq": st.integers(-1, 5), "speaker": st.sampled_from(["caller", "agent", "nobody"])},
                optional={
                    "text": TEXT,
                    "latency": st.none() | st.dictionaries(st.sampled_from(["ttft_ms", "x"]), ANY),
                    "attributes": ANY,
                },
            ),
            max_size=3,
        ),
        "tool_calls": st.lists(
            st.fixed_dictionaries({"id": TEXT, "name": TEXT}, optional={"arguments": ANY}), max_size=2
        ),
    },
)


@given(record=CALLS, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_the_quick_way_and_the_careful_way_agree(record: dict[str, Any], indent: int | None, ascii_only: bool) -> None:
    line = json.dumps(record, indent=indent, ensure_ascii=ascii_only).replace("\n", " ").encode()
    quick, careful = admit(line, NOW), gate._admit_carefully(line, NOW)
    if isinstance(quick, Accepted) and isinstance(careful, Accepted):
        assert quick.fingerprint == careful.fingerprint
        stated = {"source": "native", "revision": 1}
        received = stated | msgspec.json.decode(quick.payload)
        assert received | {"attributes": 0} == msgspec.json.decode(careful.payload) | {"attributes": 0}
    else:
        assert quick == careful


@given(text=st.binary(max_size=60))
def test_no_bytes_make_the_gate_fail(text: bytes) -> None:
    assert isinstance(admit(text, NOW), Accepted | Rejected)


def fingerprint(record: dict[str, Any]) -> str:
    accepted = admit(json.dumps(record).encode(), NOW)
    assert isinstance(accepted, Accepted)
    return accepted.fingerprint


NO_NULLS = {
    "record": "call",
    "id": "c",
    "started_at": "2026-02-06T11:33:09Z",
    "turns": [{"seq": 0, "speaker": "agent"}],
}


@pytest.mark.parametrize(
    "more",
    [
        {"language": None},
        {"source": "native", "revision": 1},
        {"source": None, "revision": None, "agent": None, "ended_at": None, "attributes": None},
        {"turns": [{"seq": 0, "speaker": "agent", "text": None, "latency": None, "attributes": None}]},
    ],
)
def test_a_null_that_the_format_knows_and_a_stated_default_are_the_same_content_as_nothing(
    more: dict[str, Any],
) -> None:
    assert fingerprint(NO_NULLS | more) == fingerprint(NO_NULLS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"unheard_of": None}, {}),
        ({"attributes": {"code": None}}, {"attributes": {}}),
        ({"attributes": {"code": None}, "language": None}, {"attributes": {}}),
        ({"end_reason": '","language":null'}, {"end_reason": '"'}),
        ({"turns": []}, {"turns": None}),
        ({"agent": {}}, {"agent": None}),
    ],
)
def test_other_nulls_are_content(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert fingerprint(NO_NULLS | one) != fingerprint(NO_NULLS | other)


NULLABLE = ("language", "use_case", "ended_at", "agent", "turns", "billed_s")


@given(nulls=st.sets(st.sampled_from(NULLABLE)), values=st.dictionaries(st.sampled_from(NULLABLE[:2]), TEXT))
def test_any_nulls_anywhere_in_the_order_of_keys_leave_the_content(nulls: set[str], values: dict[str, str]) -> None:
    bare = {"record": "call", "id": "c", "started_at": "2026-02-06T11:33:09Z"}
    assert fingerprint(dict.fromkeys(nulls) | bare | values) == fingerprint(bare | values)


def test_what_is_nested_too_deep_is_refused_wherever_it_stands() -> None:
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    for more in ({"attributes": deep}, {"agent": {"attributes": deep}}, {"turns": [{"latency": {"attributes": deep}}]}):
        refused = admit(json.dumps(NO_NULLS | more).encode(), NOW)
        assert isinstance(refused, Rejected)
        assert refused.code == "too_deep"
