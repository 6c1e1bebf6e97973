"""What became of a tool call, told from flags, words and names that any producer might use."""

import json
import time

import pytest

from analytics.labeling.tool_names import kind_of
from analytics.labeling.tool_results import deciding, tool_verdicts, verdict_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("create_ticket", "writes"),
        ("rescheduleAppointment", "writes"),
        ("crm.update-address", "writes"),
        ("getOrder", "reads"),
        ("check_availability", "reads"),
        ("end_call", "steers"),
        ("transfer_to_agent", "steers"),
        ("transfer_money", "unknown"),
        ("weather", "unknown"),
    ],
)
def test_the_name_says_whether_a_tool_writes_reads_or_steers(name, kind):
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"status": "confirmed", "id": 7}, "confirmed"),
        ({"success": True}, "confirmed"),
        ({"success": False}, "failed"),
        ({"message": "Your reservation was booked."}, "confirmed"),
        ({"message": "That slot is not available, try another."}, "failed"),
        ({"message": "The slot is available."}, "offered"),
        ({"error": {"code": "E42"}}, "failed"),
        ({"error": None, "ok": True}, "confirmed"),
        ({"status": 503}, "failed"),
        ({"statusCode": 201}, "confirmed"),
        ({"content": [{"type": "text", "text": "Order placed"}], "isError": False}, "confirmed"),
        ({"content": [{"type": "text", "text": "no such id"}], "isError": True}, "failed"),
        ({"message": "No errors, saved."}, "confirmed"),
        ({"name": "The Failed Experiment Bar", "stars": 4}, "answered"),
        ("Termin bestätigt", "confirmed"),
        ("no disponible", "failed"),
        ([{"price": 12}], "answered"),
        ({}, "silent"),
        ([], "silent"),
        (None, "silent"),
        (True, "confirmed"),
        (False, "failed"),
    ],
)
def test_an_answer_says_what_became_of_the_call(tool, answer, verdict):
    assert verdict_of(tool("place_order", json.dumps(answer))) == verdict


@pytest.mark.parametrize("flags", [{"transport_ok": False}, {"business_ok": False}, {"error_type": "timeout"}])
def test_the_producers_own_flags_come_before_what_the_answer_says(tool, flags):
    assert verdict_of(tool("place_order", '{"status": "confirmed"}', **flags)) == "failed"


def test_business_ok_confirms_a_deed_and_answers_a_question(tool):
    assert verdict_of(tool("place_order", business_ok=True)) == "confirmed"
    assert verdict_of(tool("find_order", business_ok=True)) == "answered"


def test_a_record_that_is_read_may_say_cancelled_without_confirming_anything(tool):
    assert verdict_of(tool("get_order", '{"status": "cancelled"}')) == "answered"


def test_an_answer_that_is_no_json_is_read_as_text(tool):
    assert verdict_of(tool("place_order", "order placed")) == "confirmed"


def test_the_last_write_decides_and_steering_calls_do_not_count(tool):
    tools = [
        tool("book_table", '{"status": "failed"}'),
        tool("book_table", '{"status": "confirmed"}'),
        tool("get_weather", '{"sky": "clear"}'),
        tool("end_call", '{"status": "failed"}'),
    ]

    assert deciding(tool_verdicts(tools)).verdict == "confirmed"
    assert deciding(tool_verdicts(tools[2:])).verdict == "answered"
    assert deciding(tool_verdicts(tools[3:])) is None


@pytest.mark.parametrize(
    "result",
    [
        "[" * 150_000,
        '"' + "no " * 100_000 + '"',
        json.dumps({f"message{n}": "ok" for n in range(30_000)}),
        "1" * 10_000,
    ],
    ids=["nesting", "words", "keys", "digits"],
)
def test_an_answer_of_hundreds_of_kilobytes_takes_a_moment(tool, result):
    began = time.process_time()

    verdict_of(tool("place_order", result))

    assert time.process_time() - began < 0.2
