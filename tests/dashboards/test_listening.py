"""The listen list and its transcripts: each call with its reason, at the turn in question, with or without text."""

from pathlib import Path

import pytest

from analytics.errors import ConfigurationError
from analytics.settings import Settings, load_settings
from dashboards.call_records import Listened
from dashboards.edition import latest_edition
from dashboards.listening import listen_items, recording_url
from dashboards.publication import read_publication
from dashboards.transcripts import NO_TURNS, NOT_PUBLISHED, transcripts
from tests.dashboards.published import FINAL_WEEK, full
from tests.dashboards.published_parts import add_picked_calls
from tests.dashboards.reading import Page


def test_each_call_says_why_it_was_picked_and_where_to_start(complete_index: Page) -> None:
    calls = complete_index.all("section", id_="listen")[0].text
    assert "A slow answer, and the customer is a detractor" in calls
    assert "longest wait 3,100 ms" in calls
    links = [e["href"] for e in complete_index.all("a") if "-calls.html" in e.attributes.get("href", "")]
    assert links == ["2026-W46-calls.html#call-1-turn-2", "2026-W46-calls.html#call-2"]


def test_a_transcript_without_published_text_keeps_times_and_tools(tmp_path: Path) -> None:
    home = add_picked_calls(full(2), text=None).write(tmp_path)
    first, second = transcripts(latest_edition(read_publication(home), Settings()))
    assert (first.note, second.note) == (NOT_PUBLISHED, NO_TURNS)
    assert first.turns[1].facts[0] == "waited 3,100 ms, slow: model 2,000"
    assert first.turns[1].is_start
    assert first.quotes == []


def test_quotes_of_the_label_stand_before_the_turns(complete_site: Path) -> None:
    page = Page((complete_site / "2026-W46-calls.html").read_text("utf-8"))
    assert "I want to mov" in page.all("div", class_="quotes")[0].text
    assert page.all("li", class_="start")[0]["id"] == "call-1-turn-2"


def test_an_id_cannot_leave_its_place_in_the_address_of_a_recording() -> None:
    call = Listened(FINAL_WEEK, 1, "native:../x?a=1#b", "random_control", source="native", source_call_id="../x?a=1#b")
    address = recording_url("https://recordings.example/{source}/{source_call_id}.wav", call)
    assert address == "https://recordings.example/native/..%2Fx%3Fa%3D1%23b.wav"
    assert recording_url(None, call) == ""


@pytest.mark.parametrize(
    "template", ["javascript:alert({call_id})", "file:///{call_id}", "https://x/{id}", "https://x/{"]
)
def test_a_template_that_could_do_harm_or_cannot_be_filled_is_refused(template: str) -> None:
    with pytest.raises(ConfigurationError, match="recording_url_template"):
        load_settings(None, {"LODESTAR_PAGE__RECORDING_URL_TEMPLATE": template})


def test_the_recording_is_linked_where_a_template_is_set(tmp_path: Path) -> None:
    settings = load_settings(None, {"LODESTAR_PAGE__RECORDING_URL_TEMPLATE": "https://r.example/{call_id}"})
    home = add_picked_calls(full(2)).write(tmp_path)
    items = listen_items(latest_edition(read_publication(home), settings))
    assert items[0].recording == "https://r.example/native%3Ac-1"
    assert (items[0].start, items[1].start) == ("turn 2 at 02:02", "the beginning")
