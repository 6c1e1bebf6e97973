"""The page in a real browser, opened from disk: drawn, silent, offline, readable on a phone and without scripts."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from analytics.errors import ConfigurationError
from analytics.home import Home
from analytics.settings import Settings
from dashboards.handouts import print_pdf, write_standalone
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
#: Texts whose colour lies too near the nearest opaque background behind them.
_LOW_CONTRAST = """() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || e.closest('script, style, .plot')) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const [a, b] = [light(parse(style.color)), light(behind(e))].sort((x, y) => y - x);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if ((a + 0.05) / (b + 0.05) < needed) bad.push(walker.currentNode.textContent.trim());
  }
  return bad;
}"""
DRAWN = "() => document.documentElement.dataset.charts === 'drawn'"
TRACES = (
    "[...document.querySelectorAll('.plot')].map(plot => plot.querySelectorAll('.cartesianlayer .trace path').length)"
)


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
        self.page.wait_for_function(DRAWN)
        return self

    def assert_silent(self) -> None:
        """Nothing but the page and the scripts that lie beside it was read, and nothing was complained about."""
        site = self.file.parent.as_uri()
        assert self.requests[0] == self.file.as_uri()
        assert all(re.fullmatch(rf"{re.escape(site)}/assets/[\w.-]+\.js", request) for request in self.requests[1:])
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


def test_all_charts_are_drawn_without_a_request_or_a_complaint(complete_site: Path, desktop: Page) -> None:
    visit = Visit(desktop, complete_site / "index.html").open().wait_until_drawn()
    traces = desktop.evaluate(TRACES)
    assert len(traces) == 14
    assert min(traces) > 0
    assert len(visit.requests) == 3
    visit.assert_silent()


@pytest.mark.parametrize("name", ["2026-W40", "2026-W46-calls", "weeks", "dictionary", "quality"])
def test_every_other_page_opens_silently(complete_site: Path, desktop: Page, name: str) -> None:
    visit = Visit(desktop, complete_site / f"{name}.html").open()
    assert desktop.locator("main").inner_text()
    visit.assert_silent()


@pytest.mark.parametrize("name", ["index", "weeks", "quality"])
def test_the_cells_of_every_table_stand_under_their_headers(complete_site: Path, desktop: Page, name: str) -> None:
    Visit(desktop, complete_site / f"{name}.html").open()
    apart = desktop.evaluate("""() => {
      for (const one of document.querySelectorAll('details')) one.open = true;
      const lefts = row => [...row.cells].map(cell => Math.round(cell.getBoundingClientRect().left));
      return [...document.querySelectorAll('table')].filter(table => {
        const [head, row] = [table.tHead && table.tHead.rows[0], table.tBodies[0].rows[0]];
        return head && row && !row.querySelector('[colspan]') && lefts(head).join() !== lefts(row).join();
      }).map(table => table.textContent.trim().slice(0, 40));
    }""")
    assert desktop.locator("table").count() > 0
    assert apart == []


def test_no_table_beside_a_chart_is_cut_at_its_side(complete_site: Path, desktop: Page) -> None:
    Visit(desktop, complete_site / "index.html").open()
    cut = desktop.evaluate("""() => {
      for (const one of document.querySelectorAll('.beside details')) one.open = true;
      return [...document.querySelectorAll('.beside .table')].map(box => box.scrollWidth - box.clientWidth);
    }""")
    assert cut[:2] == [0, 0]


def test_the_standalone_page_draws_all_by_itself(complete_site: Path, desktop: Page, tmp_path: Path) -> None:
    home = Home(complete_site.parent)
    alone = write_standalone(home, Settings(), "2026-W46").rename(tmp_path / "mail.html")
    visit = Visit(desktop, alone).open().wait_until_drawn()
    assert min(desktop.evaluate(TRACES)) > 0
    assert visit.requests == [alone.as_uri()]
    visit.assert_silent()


def test_text_is_painted_before_the_charts_are_drawn(complete_site: Path, desktop: Page) -> None:
    Visit(desktop, complete_site / "index.html").open().wait_until_drawn()
    painted_ms = desktop.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    drawn_ms = desktop.evaluate("performance.getEntriesByName('charts drawn')[0].startTime")
    assert painted_ms < drawn_ms


def test_forced_colors_leave_the_words_of_a_chart_on_the_ground_that_they_were_drawn_for(
    complete_site: Path, browser: Browser
) -> None:
    with browser.new_context(forced_colors="active", color_scheme="dark") as context:
        page = Visit(context.new_page(), complete_site / "index.html").open().wait_until_drawn().page
        ground = page.locator("#chart-waterfall").evaluate("plot => getComputedStyle(plot).backgroundColor")
        word = page.locator("#chart-waterfall .bartext").first.evaluate("word => getComputedStyle(word).fill")
    assert (ground, word) == ("rgb(255, 255, 255)", "rgb(23, 32, 42)")


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


def test_nothing_scrolls_sideways_on_a_phone(complete_site: Path, phone: Page) -> None:
    visit = Visit(phone, complete_site / "index.html").open().wait_until_drawn()
    for summary in phone.locator("summary").all():
        summary.click()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    visit.assert_silent()


def test_hostile_names_do_not_widen_the_page_either(hostile_site: Path, phone: Page) -> None:
    Visit(phone, hostile_site / "index.html").open().wait_until_drawn()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_answers_without_scripts(complete_site: Path, without_scripts: Page) -> None:
    visit = Visit(without_scripts, complete_site / "index.html").open()
    page = without_scripts
    assert page.locator("h1").inner_text().startswith("71.3% of cases were handled")
    assert page.locator("#north-star .star .value").inner_text() == "71.3%"
    assert page.locator("#constraints").get_by_text("$0.0832").first.is_visible()
    assert not page.locator("#chart-north-star").is_visible()
    page.locator("#movement summary").first.click()
    assert page.locator("#movement table").first.get_by_text("2026-W40").is_visible()
    visit.assert_silent()


def test_hostile_names_run_nothing_and_call_nobody(hostile_site: Path, desktop: Page) -> None:
    visit = Visit(desktop, hostile_site / "index.html").open().wait_until_drawn()
    for chart in desktop.locator(".plot").all():
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box is not None
        for step in range(1, 8):
            chart.hover(position={"x": box["width"] * step / 8, "y": box["height"] / 2}, force=True)
    visit.assert_silent()
    assert "pwned" not in desktop.title()
    assert desktop.locator(".plot a, .plot image, .plot b[style*=url]").count() == 0


def test_a_touched_point_tells_its_n(complete_site: Path, desktop: Page) -> None:
    Visit(desktop, complete_site / "index.html").open().wait_until_drawn()
    desktop.locator("#chart-north-star").scroll_into_view_if_needed()
    desktop.locator("#chart-north-star .scatterlayer .point").first.hover(force=True)
    desktop.locator("#chart-north-star .hoverlayer .hovertext").wait_for(timeout=5000)
    assert "n = 1,000" in (desktop.locator("#chart-north-star .hoverlayer").text_content() or "")


def test_the_keyboard_reaches_the_headline_first(complete_site: Path, desktop: Page) -> None:
    Visit(desktop, complete_site / "index.html").open()
    desktop.keyboard.press("Tab")
    skip = desktop.locator(".skip")
    assert skip.evaluate("link => link === document.activeElement")
    assert (skip.bounding_box() or {"x": -1})["x"] >= 0
    assert skip.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"


def test_print_holds_all_charts_inside_the_paper(complete_site: Path, desktop: Page) -> None:
    Visit(desktop, complete_site / "index.html").open()  # printed at once: what is not drawn yet is drawn for the print
    desktop.wait_for_function("() => window.Plotly !== undefined")
    widths = "[...document.querySelectorAll('.plot .main-svg')].map(svg => Number(svg.getAttribute('width')))"
    desktop.evaluate(f"window.addEventListener('beforeprint', () => {{ window.printedWidths = {widths} }})")
    assert desktop.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    printed = desktop.evaluate("window.printedWidths")
    assert len(printed) >= 14
    assert max(printed) <= 660
    desktop.wait_for_function(f"() => Math.max(...{widths}) > 660")


def test_the_keyboard_walks_through_answers_tables_and_drawers_in_the_order_of_the_page(
    complete_site: Path, desktop: Page
) -> None:
    Visit(desktop, complete_site / "index.html").open().wait_until_drawn()
    tops = []
    for _ in range(40):
        desktop.keyboard.press("Tab")
        tops.append(
            desktop.evaluate("document.activeElement.compareDocumentPosition(document.getElementById('record'))")
        )
        focused = desktop.evaluate("document.activeElement.matches('a, summary, .table, pre')")
        assert focused
        assert desktop.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    order = desktop.evaluate(
        "[...document.querySelectorAll('a, summary, .table, pre')].filter(e => e.getAttribute('tabindex') > 0).length"
    )
    assert order == 0


def test_a_drawer_opens_by_keyboard(complete_site: Path, desktop: Page) -> None:
    Visit(desktop, complete_site / "index.html").open().wait_until_drawn()
    desktop.locator("#movement summary").first.focus()
    desktop.keyboard.press("Enter")
    assert desktop.locator("#movement table").first.is_visible()


def test_texts_and_marks_have_enough_contrast(complete_site: Path, desktop: Page) -> None:
    """WCAG 2.2, 1.4.3: 4.5:1 for text (3:1 from 24 px, or 18.7 px bold)."""
    Visit(desktop, complete_site / "index.html").open().wait_until_drawn()
    assert desktop.evaluate(_LOW_CONTRAST) == []


def test_a_picked_call_opens_at_its_turn(complete_site: Path, desktop: Page) -> None:
    visit = Visit(desktop, complete_site / "index.html").open()
    desktop.locator("#listen a").first.click()
    turn = desktop.locator("#call-1-turn-2")
    assert desktop.url.endswith("2026-W46-calls.html#call-1-turn-2")
    text = turn.inner_text()
    for fact in (
        "02:02",
        "I want to move my appointment",
        "waited 3,100 ms, slow: model 2,000",
        "tool",
        "timeout",
        "702 ms",
    ):
        assert fact in text
    assert turn.evaluate(
        "e => { const box = e.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight }"
    )
    assert visit.complaints == []


def test_nothing_measured_draws_no_empty_chart(unmeasured_site: Path, desktop: Page) -> None:
    visit = Visit(desktop, unmeasured_site / "index.html").open()
    visit.wait_until_drawn()
    assert min(desktop.evaluate(TRACES)) > 0
    assert desktop.locator("#cost .nothing").inner_text() == "No number is published for 2026-W46."
    visit.assert_silent()


def test_a_home_with_signs_in_its_path_works(tmp_path: Path, desktop: Page) -> None:
    tables = published.full(1)
    index = build_site(Home(tables.write(tmp_path / "calls #1 & more").root))
    visit = Visit(desktop, index).open().wait_until_drawn()
    visit.assert_silent()


def test_a_pdf_is_printed_by_an_installed_browser(complete_site: Path) -> None:
    file = print_pdf(Home(complete_site.parent), Settings(), "2026-W46")
    assert file.name == "2026-W46.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    assert file.stat().st_size > 50_000


def test_without_a_browser_the_message_says_what_to_do(complete_site: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"needs one of chromium.*install it"):
        print_pdf(Home(complete_site.parent), Settings(), None, which=lambda _: None)
