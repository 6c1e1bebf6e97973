"""The page as text: order, numbers, words, and nothing that runs."""

import base64
import hashlib
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from analytics.home import Home
from analytics.settings import Settings
from dashboards.edition import latest_edition
from dashboards.page import alone, render
from dashboards.publication import read_publication
from tests.dashboards.published import FINAL_WEEK, HOSTILE_NAMES, full, segment_row
from tests.dashboards.reading import Element, Page

SECTIONS = [
    "headline", "north-star", "constraints", "movement", "drivers", "segments", "trust", "latency", "cost", "tools",
    "listen", "record", "definitions",
]  # fmt: skip


def number(page: Page, metric: str, week: str = "2026-W46", segment: str = "all") -> Element:
    return page.all("span", data_metric=metric, data_week=week, data_segment=segment)[0]


def text_of(page: Page, identifier: str) -> str:
    return " ".join(next(e for e in page.elements if e.attributes.get("id") == identifier).text.split())


def test_the_north_star_stands_before_its_factors_and_these_before_latency_and_cost(index: Page) -> None:
    assert [element["id"] for element in index.all("section")] == SECTIONS
    order = list(dict.fromkeys(e["data-metric"] for e in index.elements if "data-metric" in e.attributes))
    assert order[:8] == [
        "north_star", "handled_rate", "neutral_to_positive_rate", "ttft_p50_ms", "ttft_p95_ms", "ttft_slo_share",
        "cost_per_minute_usd", "cost_per_handled_positive_case_usd",
    ]  # fmt: skip


def test_the_status_bar_says_week_zone_state_clock_run_and_coverage(index: Page) -> None:
    bar = " ".join(index.all("header")[0].text.split())
    for fact in ("2026-W46", "9 to 15 Nov 2026, UTC", "Final", "as of 30 Nov 2026, 06:00", "96.4% of settled", "06:12"):
        assert fact in bar


def test_the_headline_is_the_last_final_week_with_the_younger_ones_beside_it(index: Page) -> None:
    assert index.all("h1")[0].text == "71.3% of cases were handled and left the customer neutral-to-positive."
    beside = " ".join(index.all("aside")[0].text.split())
    assert "2026-W47" in beside
    assert "57.1% of its cases have settled" in beside
    assert "final from 3 Dec 2026" in beside
    assert "2026-W48" in beside
    assert "not publishable: too young" in beside
    hollow = [element for element in index.all("p") if "hollow" in element.attributes.get("class", "")]
    assert [" ".join(element.text.split()) for element in hollow] == ["71.3%", "not publishable: too young"]


def test_a_card_says_value_interval_n_coverage_status_and_estimator(index: Page) -> None:
    card = text_of(index, "north-star")
    for fact in ("71.3%", "95% interval 69.9% to 72.7%", "n = 1,000 cases", "coverage 96.4%", "final"):
        assert fact in card
    assert "estimator observed" in card
    assert "unchanged inside the interval (±0.0 pp) since W45" in card


def test_targets_are_judged_with_a_word_and_an_icon(index: Page) -> None:
    chips = [" ".join(e.text.split()) for e in index.all("p") if e.attributes.get("class", "").startswith("chip")]
    assert "✓ target 1,100 ms: met" in chips
    assert "✓ target 95.0%: met" in chips
    assert "? target 0.0%: cannot tell" in chips  # the share of browser calls, which this file does not hold


def test_numbers_on_the_page_equal_the_published_ones(full_site: Path, index: Page) -> None:
    with duckdb.connect(str(full_site.parent / "warehouse" / "analytics.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select iso_week, metric, dimension, segment, value, round(value * 100, 1) from mart.kpi_week"
        ).fetchall()
    published = {row[:4]: row[4:] for row in rows}
    shown = [element for element in index.elements if "data-metric" in element.attributes]
    assert len(shown) > 100
    for element in shown:
        key = tuple(element[f"data-{part}"] for part in ("week", "metric", "dimension", "segment"))
        value, percent = published.get(key, (None, None))
        assert element["data-value"] == ("" if value is None else repr(value)), key
        if value is not None and "%" in element.text:
            assert element.text == f"{Decimal(str(percent)).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def test_every_metric_of_the_registry_is_defined_on_the_page(index: Page) -> None:
    definitions = text_of(index, "definitions")
    assert "Of all settled cases, how many did the agent solve" in definitions
    assert "a 5 or a 6 is a detractor, not neutral" in definitions
    links = {element["href"] for element in index.all("a") if element["href"].startswith("#about-")}
    assert {
        f"#{element['id']}" for element in index.elements if element.attributes.get("id", "").startswith("about-")
    } >= links


def test_small_segments_are_suppressed_and_large_ones_come_first(index: Page) -> None:
    segments = text_of(index, "segments")
    assert segments.index("reschedule") < segments.index("billing") < segments.index("rare")
    rare = next(e for e in index.all("td", data_segment="rare"))
    assert (rare.text, rare["data-value"]) == ("n < 30", "")


def test_trust_tells_coverage_bounds_and_books(index: Page) -> None:
    trust = text_of(index, "trust")
    for fact in (
        "96.4%", "68.7% to 72.3%", "99.4%", "8.1%", "100.0%",
        "The books balance: 1,010 rows came in, 1,000 were loaded, 7 set aside in quarantine and 3 superseded.",
    ):  # fmt: skip
        assert fact in trust


def test_a_baseline_is_called_one_and_inferred_answers_stand_apart_from_surveys(index: Page) -> None:
    trust = text_of(index, "trust")
    assert "offline baseline" in trust
    assert "1 from customers' own answers, 2 inferred from the calls (version offline-1)" in trust


def test_every_chart_has_a_name_a_text_and_a_table(complete_index: Page) -> None:
    page = complete_index
    figures = json.loads(page.all("script", id_="figures")[0].text)["figures"]
    plots = page.all("div", class_="plot")
    assert len(plots) == 14
    assert sorted(figures) == sorted(plot["id"] for plot in plots)
    assert all(plot["role"] == "img" and "table below" in plot["aria-label"] for plot in plots)
    assert (
        len([e for e in page.all("summary") if e.text.startswith("Table: the numbers behind")])
        == len(page.all("figure"))
        == 14
    )
    assert all(element.attributes.get("scope") in ("row", "col") for element in page.all("th"))


def test_a_part_that_does_not_exist_says_so_in_one_line(index: Page) -> None:
    absent = [element.text for element in index.all("p", class_="absent")]
    assert "Steps from last week to this one: no drivers are published for this week." in absent
    assert "Cloud or own model: no break-even is published." in absent
    assert "No calls are picked for this week." in absent


def test_the_page_is_in_english_and_can_be_skipped_into(index: Page) -> None:
    assert index.all("html")[0]["lang"] == "en"
    assert index.all("a")[0]["href"] == "#headline"


def test_what_was_not_measured_says_so_and_is_never_zero(unmeasured_site: Path) -> None:
    page = Page((unmeasured_site / "index.html").read_text("utf-8"))
    for metric in ("ttft_p50_ms", "ttft_p95_ms", "ttft_slo_share", "cost_per_minute_usd"):
        assert (number(page, metric).text, number(page, metric)["data-value"]) == ("not measured", "")
    assert number(page, "cost_per_handled_positive_case_usd").text == "not measured"
    assert "No number is published for 2026-W46." in text_of(page, "latency")
    for absurd in (" 0 ms", "$0", "n = 0"):
        assert absurd not in text_of(page, "constraints")


def test_the_policy_runs_scripts_of_the_site_only_and_none_in_the_page(index: Page) -> None:
    policy = index.all("meta", http_equiv="Content-Security-Policy")[0]["content"]
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ):
        assert rule in policy
    scripts = index.all("script")
    assert [script.text for script in scripts if "src" in script.attributes] == ["", ""]
    assert [script["type"] for script in scripts if "src" not in script.attributes] == ["application/json"]


def test_the_page_is_light_and_what_it_links_to_is_there(complete_site: Path, complete_index: Page) -> None:
    assert max(file.stat().st_size for file in complete_site.glob("*.html")) < 300_000
    assert [e["src"].split("/")[0] for e in complete_index.elements if "src" in e.attributes] == ["assets", "assets"]
    assert [e["href"] for e in complete_index.all("link")] == ["data:,"]
    links = [e["href"] for e in complete_index.all("a")] + [
        e["src"] for e in complete_index.all("script") if "src" in e.attributes
    ]
    identifiers = {e["id"] for e in complete_index.elements if "id" in e.attributes}
    for link in links:
        file, _, anchor = link.partition("#")
        assert (complete_site / file).is_file() if file else anchor in identifiers, link


def test_the_standalone_page_needs_no_other_file(complete_site: Path) -> None:
    edition = latest_edition(read_publication(Home(complete_site.parent)), Settings())
    text = render(edition, alone("2026-W46"))
    page = Page(text)
    assert [e for e in page.elements if "src" in e.attributes] == []
    assert all(link["href"].startswith("#") for link in page.all("a"))
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert (
        re.findall(r"'sha256-([^']+)'", page.all("meta", http_equiv="Content-Security-Policy")[0]["content"]) == hashes
    )
    assert "I want to move my appointment" in page.all("section", id_="call-1")[0].text


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_text_wherever_it_stands(hostile_site: Path, hostile_index: Page, name: str) -> None:
    for section in ("segments", "cost", "latency", "drivers", "trust", "tools", "listen", "record"):
        assert name in hostile_index.all("section", id_=section)[0].text, section
    for file in ("quality.html", "dictionary.html", "2026-W46-calls.html"):
        assert name in Page((hostile_site / file).read_text("utf-8")).all("main")[0].text, file
    for file in hostile_site.glob("*.html"):
        assert "<" not in name or name not in file.read_text("utf-8")


def test_hostile_names_add_no_element_no_handler_and_no_link(hostile_index: Page, complete_index: Page) -> None:
    assert {element.tag for element in hostile_index.elements} == {element.tag for element in complete_index.elements}
    assert len(hostile_index.all("script")) == 3
    attributes = [attribute for element in hostile_index.elements for attribute in element.attributes.items()]
    assert [name for name, _ in attributes if name.startswith("on")] == []
    assert [value for name, value in attributes if name in ("href", "src", "style") and "attacker" in value] == []


def test_the_same_publication_gives_the_same_bytes(full_site: Path) -> None:
    home = Home(full_site.parent)
    edition = latest_edition(read_publication(home), Settings())
    assert render(edition) == (full_site / "index.html").read_text("utf-8")


def test_the_reporting_zone_and_targets_come_from_the_settings(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {
            "reporting": {"timezone": "Europe/Berlin"},
            "targets": {"north_star": {"value": 0.7, "source": "plan"}},
        }
    )
    page = Page(render(latest_edition(read_publication(full(2).write(tmp_path)), settings)))
    assert "Europe/Berlin" in page.all("header")[0].text
    assert "as of 30 Nov 2026, 07:00" in page.all("header")[0].text
    assert "target 70.0%: cannot tell" in text_of(page, "north-star")


def test_a_long_list_of_segments_is_cut_and_says_so(tmp_path: Path) -> None:
    tables = full(2).add("mart.kpi_week", *(segment_row("language", f"l{n}", 0.7, 400 - n) for n in range(30)))
    page = Page(render(latest_edition(read_publication(tables.write(tmp_path)), Settings())))
    assert "19 smaller segments are in mart.kpi_week." in text_of(page, "segments")


def test_a_signal_is_named_where_a_rule_fired(tmp_path: Path) -> None:
    tables = full(2)
    star = next(r for r in tables.rows["mart.kpi_week"] if (r["week"], r["metric"]) == (FINAL_WEEK, "north_star"))
    star["signal"] = "rule 1"
    page = Page(render(latest_edition(read_publication(tables.write(tmp_path)), Settings())))
    assert "Signal: rule 1." in text_of(page, "movement")


def test_books_that_do_not_balance_are_called_so(tmp_path: Path) -> None:
    tables = full(2)
    tables.rows["meta.files"][0]["rows_loaded"] = 999
    page = Page(render(latest_edition(read_publication(tables.write(tmp_path)), Settings())))
    assert "The books do not balance" in text_of(page, "trust")


def test_the_template_ships_inside_the_package() -> None:
    names = {file.name for file in (files("dashboards") / "template").iterdir()}
    assert {"base.html", "macros.html", "week.html", "week.css", "draw.js"} <= names
