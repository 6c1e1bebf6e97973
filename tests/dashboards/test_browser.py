"""The page in a real browser, opened from disk: drawn, silent, offline, readable on a phone and without scripts."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from analytics.home import Home
from dashboards.site import build_site
from tests.dashboards import published

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; Debian: apt-get install chromium"),
]
_QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
CHARTS = ("chart-north-star", "chart-factors", "chart-ttft", "chart-cost")
DRAWN = "id => document.querySelector(`#${id} .cartesianlayer .trace path`) !== null"


@dataclass
class Visit:
    """An open page with all that it asked for and complained about."""

    page: Page
    file: Path
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self) -> "Visit":
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(self.file.as_uri())
        return self

    def wait_until_drawn(self) -> "Visit":
        for chart in CHARTS:
            self.page.wait_for_function(DRAWN, arg=chart)
        return self

    def assert_silent(self) -> None:
        assert self.requests == [self.file.as_uri()]
        assert self.complaints == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as context:
        yield context.new_page()


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False) as context:
        yield context.new_page()


def test_all_charts_are_drawn_without_a_request_or_a_complaint(full_site: Path, desktop: Page) -> None:
    Visit(desktop, full_site / "index.html").open().wait_until_drawn().assert_silent()


def test_the_page_of_a_week_is_drawn_too(full_site: Path, desktop: Page) -> None:
    Visit(desktop, full_site / "2026-W40.html").open().wait_until_drawn().assert_silent()


def test_text_is_painted_before_the_charts_are_drawn(full_site: Path, desktop: Page) -> None:
    Visit(desktop, full_site / "index.html").open().wait_until_drawn()
    painted_ms = desktop.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    drawn_ms = desktop.evaluate("performance.getEntriesByName('charts drawn')[0].startTime")
    assert painted_ms < drawn_ms


def test_limits_and_targets_are_visible_lines(tmp_path: Path, desktop: Page) -> None:
    tables = published.full(7)
    for row in tables.rows["mart.kpi_week"]:
        if row["metric"] == "north_star":
            row |= {"limit_low": 0.68, "centre": 0.71, "limit_high": 0.74}
    Visit(desktop, build_site(tables.write(tmp_path))).open().wait_until_drawn()
    widths = desktop.eval_on_selector_all(
        "#chart-north-star .scatterlayer .js-line, #chart-ttft .shapelayer path",
        "paths => paths.map(path => parseFloat(getComputedStyle(path).strokeWidth))",
    )
    assert len(widths) >= 5
    assert min(widths) > 0


def test_nothing_scrolls_sideways_on_a_phone(full_site: Path, phone: Page) -> None:
    visit = Visit(phone, full_site / "index.html").open().wait_until_drawn()
    for summary in phone.locator("summary").all():
        summary.click()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    visit.assert_silent()


def test_hostile_names_do_not_widen_the_page_either(hostile_site: Path, phone: Page) -> None:
    Visit(phone, hostile_site / "index.html").open().wait_until_drawn()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_answers_without_scripts(full_site: Path, without_scripts: Page) -> None:
    visit = Visit(without_scripts, full_site / "index.html").open()
    page = without_scripts
    assert page.locator("h1").inner_text().startswith("71.3% of cases were handled")
    assert page.locator("#north-star .star .value").inner_text() == "71.3%"
    assert page.locator("#constraints").get_by_text("$0.0832").first.is_visible()
    assert not page.locator("#chart-north-star").is_visible()
    page.locator("#movement summary").click()
    assert page.locator("#movement table").get_by_text("2026-W40").is_visible()
    visit.assert_silent()


def test_hostile_names_run_nothing_and_call_nobody(hostile_site: Path, desktop: Page) -> None:
    visit = Visit(desktop, hostile_site / "index.html").open().wait_until_drawn()
    for chart in CHARTS:
        box = desktop.locator(f"#{chart}").bounding_box()
        assert box is not None
        desktop.locator(f"#{chart}").scroll_into_view_if_needed()
        for step in range(1, 12):
            desktop.locator(f"#{chart}").hover(position={"x": box["width"] * step / 12, "y": 200})
    visit.assert_silent()
    assert "pwned" not in desktop.title()
    assert desktop.locator(".plot a, .plot image, .plot b[style*=url]").count() == 0


def test_a_touched_point_tells_its_n(full_site: Path, desktop: Page) -> None:
    Visit(desktop, full_site / "index.html").open().wait_until_drawn()
    desktop.locator("#chart-north-star").scroll_into_view_if_needed()
    desktop.locator("#chart-north-star .scatterlayer .point").first.hover(force=True)
    desktop.locator("#chart-north-star .hoverlayer .hovertext").wait_for(timeout=5000)
    assert "n = 1,000" in (desktop.locator("#chart-north-star .hoverlayer").text_content() or "")


def test_the_keyboard_reaches_the_headline_first(full_site: Path, desktop: Page) -> None:
    Visit(desktop, full_site / "index.html").open()
    desktop.keyboard.press("Tab")
    skip = desktop.locator(".skip")
    assert skip.evaluate("link => link === document.activeElement")
    assert (skip.bounding_box() or {"x": -1})["x"] >= 0
    assert skip.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"


def test_print_holds_all_charts_at_the_width_of_the_paper(full_site: Path, desktop: Page) -> None:
    Visit(desktop, full_site / "index.html").open().wait_until_drawn()
    widths = "[...document.querySelectorAll('.plot .main-svg')].map(svg => svg.getAttribute('width'))"
    desktop.evaluate(f"window.addEventListener('beforeprint', () => {{ window.printedWidths = {widths} }})")
    assert desktop.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    assert set(desktop.evaluate("window.printedWidths")) == {"660"}
    desktop.wait_for_function(f"{widths}.every(width => width > 660)")


def test_nothing_measured_draws_no_empty_chart(unmeasured_site: Path, desktop: Page) -> None:
    visit = Visit(desktop, unmeasured_site / "index.html").open()
    for chart in CHARTS[:2]:
        desktop.wait_for_function(DRAWN, arg=chart)
    assert desktop.locator(".plot").count() == 2
    assert desktop.locator("#cost .nothing").inner_text() == "Not measured in 2026-W46."
    visit.assert_silent()


def test_a_home_with_signs_in_its_path_works(tmp_path: Path, desktop: Page) -> None:
    tables = published.full(1)
    index = build_site(Home(tables.write(tmp_path / "calls #1 & more").root))
    visit = Visit(desktop, index).open().wait_until_drawn()
    visit.assert_silent()
