"""The review page as text: all that was said, nothing that was predicted, everything inert."""

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

from analytics.workspace import Workspace
from dashboards.review.page import MAX_RESULT_CHARACTERS, ReviewCase, render_review
from dashboards.review.site import write_reviews
from tests.audits import sampled, settle
from tests.dashboards import reviews
from tests.pipeline import call, land, refresh


def html(cases: list[ReviewCase]) -> str:
    return render_review(reviews.SAMPLE, reviews.DRAWN_AT, "ann", cases, ZoneInfo("Europe/Berlin"))


def words(text: str) -> str:
    body = re.sub(r"(?s)<(script|style).*?</\1>", "", text)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_a_case_is_told_in_order_with_local_times() -> None:
    told = words(html(reviews.cases(1)))
    order = ("Case 1 of 1", "Call 1 of 2", "Monday 2 November 2026, 11:00 CET", "phone", "1:33 min", "Good morning.",
             "I want to move my appointment", "Tool reschedule (mcp) answered, but did not do what was asked",
             '{&#34;free&#34;: []}', "hold 1:01 by agent", "spoken, no text delivered", "Ended: customer hangup")  # fmt: skip
    places = [told.index(part) for part in order]
    assert places == sorted(places)


def test_hostile_texts_are_inert_and_the_policy_lets_nothing_out() -> None:
    page = html([ReviewCase("native", reviews.HOSTILE, 0.5, (reviews.hostile(),))])
    assert page.count("<script") == 2
    assert "<img" not in page
    assert "&lt;img src=x onerror=" in page
    assert ">49<" not in page
    assert 'onclick="x' not in page
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    (block,) = re.findall(r'(?s)id="sample">(.*?)</script>', page)
    assert json.loads(block)["cases"][0]["case_id"] == reviews.HOSTILE


def test_a_long_tool_result_is_cut_and_says_so() -> None:
    page = html([ReviewCase("native", "c", 0.5, (reviews.hostile(),))])
    cut = len(reviews.HOSTILE) * 200 - MAX_RESULT_CHARACTERS
    assert f"{cut} more characters are not shown" in page


def test_four_hundred_cases_stay_below_ten_megabytes() -> None:
    long = reviews.call(entries=reviews.call(text="ein Wort " * 40).entries * 8)
    assert len(html(reviews.cases(400, (long, long))).encode()) < 10e6


def test_nobody_can_tell_what_was_predicted_or_what_the_customer_said_later(
    workspace: Workspace, tmp_path: Path
) -> None:
    settle(workspace)
    survey = {"record": "survey", "id": "s", "call_id": "call-000", "instrument": "nps", "score": 0,
              "answered_at": "2026-11-02T11:00:00Z"}  # fmt: skip
    land(workspace, "more.jsonl", [survey])
    refresh(workspace)
    sample = sampled(workspace, 60)
    (page,) = write_reviews(workspace, {"ann": sample}, tmp_path)
    read = page.read_text("utf-8")
    shown = words(read)
    for hidden in ("unsure", "resolved", "undecided", "predicted", "scripted-1", "survey", "probability"):
        assert hidden not in shown.lower(), hidden
    (block,) = re.findall(r'(?s)id="sample">(.*?)</script>', read)
    keys = {key for case in json.loads(block)["cases"] for key in case}
    assert keys == {"case_id", "call_source", "sampling_probability"}
    assert shown.count("please help me now") == 60


def test_calls_and_events_stand_where_they_happened_and_later_calls_are_marked(
    workspace: Workspace, tmp_path: Path
) -> None:
    turns = [{"seq": 0, "speaker": "caller", "text": "first words of mine", "start_ms": 1000},
             {"seq": 5, "speaker": "agent", "text": "second words", "start_ms": 5000}]  # fmt: skip
    events = [
        {"type": "hold", "offset_ms": 3000},
        {"type": "dtmf", "offset_ms": 9000},
        {"type": "silence", "offset_ms": 0},
    ]
    tools = [{"id": "t", "name": "find", "turn_seq": 0, "transport_ok": True, "result": {"found": 1}}]
    first = call("a", "2026-11-02T10:00:00Z", case_id="T", turns=turns, events=events, tool_calls=tools)
    land(workspace, "1.jsonl", [call("b", "2026-11-12T10:00:00Z", case_id="T"), first])
    refresh(workspace)
    (page,) = write_reviews(workspace, {"ann": sampled(workspace, 1)}, tmp_path)
    told = words(page.read_text("utf-8"))
    order = ("Call 1 of 2", "silence", "first words of mine", "Tool find", "hold", "second words", "dtmf", "Call 2 of 2",
             "more than 168 hours after", "please help me now")  # fmt: skip
    assert [told.index(part) for part in order] == sorted(told.index(part) for part in order)


def test_a_case_whose_calls_are_gone_says_so() -> None:
    assert "No call of this case is here any more" in words(html([ReviewCase("native", "c", 0.5, ())]))
