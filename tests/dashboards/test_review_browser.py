"""The review page in a real browser, opened from disk: keys answer, a reload loses nothing, nothing is fetched."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dashboards.review.page import ReviewCase
from dashboards.review.site import write_reviews
from tests.audits import sampled, settle
from tests.dashboards import reviews
from tests.pipeline import refresh, rows, workspace_at

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; Debian: apt-get install chromium"),
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


class Reader:
    """A reviewer with a browser; what the page asked for and complained about is kept."""

    def __init__(self, browser: Browser, file: Path, **options: Any) -> None:
        self.context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        self.page: Page = self.context.new_page()
        self.file = file
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(file.as_uri())

    def press(self, keys: str) -> "Reader":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def heading(self) -> str:
        return self.page.locator("h1:visible").inner_text()

    def download(self) -> list[dict[str, Any]]:
        with self.page.expect_download() as download:
            self.page.keyboard.press("d")
        assert download.value.suggested_filename == "2026-W45-1-ann.jsonl"
        return [json.loads(line) for line in download.value.path().read_text("utf-8").split("\n") if line]

    def assert_silent(self) -> None:
        asked = {url for url in self.requests if not url.startswith("blob:")}
        assert (asked, self.complaints) == ({self.file.as_uri()}, [])


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    opened = Reader(browser, reviews.write(tmp_path / "review.html", reviews.cases(5)))
    yield opened
    opened.assert_silent()
    opened.context.close()


def test_three_cases_by_keyboard_a_reload_and_the_download(reader: Reader) -> None:
    reader.press("y8j").press("n0j").press("cx")
    assert reader.page.locator("#answered").inner_text() == "3 of 5 answered"
    reader.page.reload()
    assert reader.page.locator("#answered").inner_text() == "3 of 5 answered"
    assert reader.heading() == "Case 4 of 5"
    answers = reader.download()
    assert [(one["case_id"], one["handled"], one["nps"]) for one in answers] == [
        ("c0", True, 8), ("c1", False, 0), ("c2", None, 10),
    ]  # fmt: skip
    assert {key: answers[0][key] for key in ("record", "sample_id", "labeled_by", "sampling_probability")} == {
        "record": "human_label", "sample_id": "2026-W45-1", "labeled_by": "ann", "sampling_probability": 0.125,
    }  # fmt: skip
    assert reader.page.locator("#saved").inner_text() == "3 answers downloaded, 2 cases are open."


def test_half_an_answer_is_no_answer(reader: Reader) -> None:
    reader.press("yjj9")
    assert reader.page.locator("#answered").inner_text() == "0 of 5 answered"
    assert reader.download() == []


def test_an_answer_can_be_changed_and_moving_ends_at_both_ends(reader: Reader) -> None:
    reader.press("ky8n3jjjjjjj")
    assert reader.heading() == "Case 5 of 5"
    assert reader.press("kkkkkkk").heading() == "Case 1 of 5"
    (answer,) = reader.download()
    assert (answer["handled"], answer["nps"]) == (False, 3)
    assert reader.press("o").heading() == "Case 2 of 5"


def test_letters_in_a_comment_are_letters(reader: Reader) -> None:
    reader.press("y8")
    reader.page.locator("#comment").click()
    reader.page.keyboard.type("no, 3 days & “x”")
    reader.page.locator("h1:visible").click()
    (answer,) = reader.download()
    assert (answer["comment"], answer["handled"], answer["nps"]) == ("no, 3 days & “x”", True, 8)


def test_keys_can_be_switched_off(reader: Reader) -> None:
    reader.page.locator("#keys").uncheck()
    reader.press("y8j")
    assert (reader.heading(), reader.page.locator("input:checked").count()) == ("Case 1 of 5", 0)
    reader.page.locator("#keys").check()


def test_tab_and_space_do_without_the_keys_and_the_focus_can_be_seen(reader: Reader) -> None:
    reader.page.locator("#keys").uncheck()
    reader.page.keyboard.press("Tab")
    for _ in range(20):
        if reader.page.evaluate("document.activeElement.name") == "handled":
            break
        reader.page.keyboard.press("Tab")
    outline = "getComputedStyle(document.activeElement.closest('label')).outlineStyle"
    assert reader.page.evaluate(outline) == "solid"
    reader.page.keyboard.press("Space")
    assert reader.page.locator("input[value=yes]").is_checked()
    reader.page.locator("#keys").check()


def test_every_text_has_contrast_and_every_control_a_name(reader: Reader) -> None:
    reader.press("y8")
    contrasts = reader.page.evaluate(CONTRASTS)
    assert len(contrasts) > 20
    assert min(contrasts) >= 4.5
    unnamed = "[...document.querySelectorAll('input, textarea, button')].filter(one => !(one.labels?.length || one.textContent.trim())).length"
    assert reader.page.evaluate(unnamed) == 0


CONTRASTS = """() => {
  const light = (rgb) => rgb.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const parse = (text) => text.match(/[0-9.]+/g).map(Number);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const rgb = parse(getComputedStyle(node).backgroundColor);
      if (rgb.length === 3 || rgb[3] > 0) return rgb.slice(0, 3);
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')]
    .filter(one => one.checkVisibility() && !one.matches('script, :disabled, :disabled *')
      && [...one.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
    .map(one => [light(parse(getComputedStyle(one).color).slice(0, 3)), light(behind(one))].sort((a, b) => b - a))
    .map(([high, low]) => (high + 0.05) / (low + 0.05));
}"""


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_hostile_texts_run_nothing_and_do_not_widen_the_page(
    browser: Browser, tmp_path: Path, options: dict[str, Any]
) -> None:
    shown = [ReviewCase("native", name, 0.5, (reviews.hostile(),)) for name in (reviews.HOSTILE, "__proto__", "c")]
    reader = Reader(browser, reviews.write(tmp_path / "review.html", shown), **options)
    answers = reader.press("y1jy2jy3").download()
    assert [(one["case_id"], one["nps"]) for one in answers] == [(reviews.HOSTILE, 1), ("__proto__", 2), ("c", 3)]
    assert reader.page.evaluate("window.pwned") is None
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= reader.page.viewport_size["width"]  # type: ignore[index]
    reader.assert_silent()


def test_two_reviewers_on_one_machine_do_not_mix(browser: Browser, tmp_path: Path) -> None:
    first = Reader(browser, reviews.write(tmp_path / "ann.html", reviews.cases(2)))
    first.press("y8")
    other = first.context.new_page()
    other.goto(reviews.write(tmp_path / "ben.html", reviews.cases(2), "ben").as_uri())
    assert other.locator("#answered").inner_text() == "0 of 2 answered"


def test_a_browser_that_keeps_nothing_says_so(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } })")
    page = context.new_page()
    page.goto(reviews.write(tmp_path / "review.html", reviews.cases(2)).as_uri())
    assert "download your answers before you close" in page.locator("#warning").inner_text()
    page.keyboard.press("y")
    assert page.locator("input[value=yes]").is_checked()


def test_without_scripts_the_conversations_can_be_read(browser: Browser, tmp_path: Path) -> None:
    reader = Reader(browser, reviews.write(tmp_path / "review.html", reviews.cases(2)), java_script_enabled=False)
    assert reader.page.locator("article:visible").count() == 2
    assert reader.page.get_by_text("Answers need JavaScript").is_visible()
    assert not reader.page.locator("#answer").is_visible()


def test_paper_holds_the_case_and_the_question(browser: Browser, tmp_path: Path) -> None:
    reader = Reader(browser, reviews.write(tmp_path / "review.html", reviews.cases(3)))
    reader.page.emulate_media(media="print")
    assert reader.page.locator("article:visible").count() == 1
    assert not reader.page.locator("#next").is_visible()
    assert reader.page.get_by_text("Was the case handled?").is_visible()
    assert reader.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.slow
def test_what_was_answered_in_the_browser_stands_in_the_human_labels(browser: Browser, tmp_path: Path) -> None:
    from analytics.audit.load import check, take

    with workspace_at(tmp_path / "home") as workspace:
        settle(workspace)
        sample = sampled(workspace, 60)
        (page,) = write_reviews(workspace, {"ann": sample}, tmp_path)
        reader = Reader(browser, page)
        reader.press("y8jn0jcx")
        reader.page.reload()
        (tmp_path / "answers.jsonl").write_text("\n".join(json.dumps(one) for one in reader.download()))
        checked = check(workspace, [tmp_path / "answers.jsonl"])
        assert checked.problems == []
        take(workspace, checked.records)
        refresh(workspace)
        found = rows(workspace, "select case_id, handled, nps, sampling_probability as p from core.human_labels")
    answered = [(drawn.case_id, drawn.sampling_probability) for drawn in sample[:3]]
    given = [(True, 8), (False, 0), (None, 10)]
    expected = {case: (handled, nps, p) for (case, p), (handled, nps) in zip(answered, given, strict=True)}
    assert {row["case_id"]: (row["handled"], row["nps"], row["p"]) for row in found} == expected
