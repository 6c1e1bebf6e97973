"""The weekly brief and the news: computed sentences, and the courage to say that there is nothing to see."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.errors import ConfigurationError
from analytics.settings import Settings, load_settings
from dashboards.brief import NOTHING, monday_of, weekly_brief
from dashboards.edition import latest_edition
from dashboards.news import news
from dashboards.publication import Publication, read_publication
from tests.dashboards.published import FINAL_WEEK, HOSTILE_NAMES, PROVISIONAL_WEEK, Tables, full
from tests.dashboards.published_parts import hostile

SETTINGS = Settings()


def publication(tmp_path: Path, tables: Tables | None = None) -> Publication:
    return read_publication((tables or full()).write(tmp_path))


def star(tables: Tables, week: date, **changes: Any) -> Tables:
    for row in tables.rows["mart.kpi_week"]:
        if (row["week"], row["metric"], row["dimension"]) == (week, "north_star", "all"):
            row |= changes
    return tables


def quiet() -> Tables:
    tables = full()
    tables.rows["meta.checks"] = [row for row in tables.rows["meta.checks"] if row["status"] == "passed"]
    return tables


def test_a_week_without_news_says_so(tmp_path: Path) -> None:
    brief = weekly_brief(publication(tmp_path, quiet()), SETTINGS)
    assert brief.title == "Lodestar 2026-W46"
    assert brief.headline.startswith("71.3%")
    assert brief.findings == []
    assert brief.markdown.endswith(f"\n{NOTHING}\n")
    assert NOTHING in brief.html
    assert "\n- **Did the north star move?** Against" in brief.markdown


def test_a_signal_a_missed_target_and_a_check_are_to_look_at(tmp_path: Path) -> None:
    tables = star(full(), FINAL_WEEK, signal="outside_limit", limit_low=0.72, limit_high=0.78)
    settings = load_settings(
        None, {"LODESTAR_TARGETS__NORTH_STAR__VALUE": "0.75", "LODESTAR_TARGETS__NORTH_STAR__SOURCE": "plan"}
    )
    brief = weekly_brief(publication(tmp_path, tables), settings)
    assert brief.findings == [
        "North star 71.3%, limits 72.0% to 78.0%: outside limit.",
        "Cases handled with neutral-to-positive NPS: 71.3%, target 75.0% (plan).",
        "Check late files warned (3).",
    ]
    events = news(latest_edition(publication(tmp_path, tables), settings))
    assert [(event.cause, event.period, event.lasting) for event in events] == [
        ("signal", "2026-W46", False), ("target_missed", "2026-W46", False),
    ]  # fmt: skip


def test_a_week_over_its_budget_is_news_while_it_runs(tmp_path: Path) -> None:
    for budget, weeks in ((300.0, ["2026-W46", "2026-W47"]), (400.0, [])):
        settings = load_settings(None, {"LODESTAR_ALERTS__WEEKLY_BUDGET_USD": str(budget)})
        edition = latest_edition(publication(tmp_path / str(budget)), settings)
        assert [event.period for event in news(edition) if event.cause == "budget"] == weeks


def test_calls_that_the_labeling_budget_left_out_are_news(tmp_path: Path) -> None:
    tables = full()
    for call_id in ("native:x", "native:y"):
        tables.add("core.calls", {"call_id": call_id, "week": FINAL_WEEK, "eligible": True})
        tables.add("core.labels", {"call_id": call_id, "is_current": True, "status": "skipped_budget"})
        tables.add("core.labels", {"call_id": call_id, "is_current": False, "status": "skipped_budget"})
    events = list(news(latest_edition(publication(tmp_path, tables), SETTINGS)))
    told = [(event.period, event.text.split(" have ")[0]) for event in events if event.cause == "labels_left_out"]
    assert told == [("2026-W46", "2 calls")]
    assert not any(
        event.cause == "labels_left_out" for event in news(latest_edition(publication(tmp_path / "b"), SETTINGS))
    )


def test_a_provisional_week_can_be_asked_for_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    published = publication(tmp_path)
    assert weekly_brief(published, SETTINGS, PROVISIONAL_WEEK).headline.startswith("So far 71.3%")
    with pytest.raises(ConfigurationError, match="2025-W01 is not published; weeks from 2026-W34 to 2026-W48 are"):
        weekly_brief(published, SETTINGS, monday_of("2025-W01"))


def test_weeks_are_written_as_iso_weeks() -> None:
    assert monday_of("2026-W53") == date(2026, 12, 28)
    for wrong in ("2026-46", "W46", "2026-W54", ""):
        with pytest.raises(ConfigurationError, match="write one like 2026-W46"):
            monday_of(wrong)


def test_no_name_of_the_data_becomes_markup(tmp_path: Path) -> None:
    made = weekly_brief(publication(tmp_path, hostile()), SETTINGS).html
    assert not [name for name in HOSTILE_NAMES if "<" in name and name in made]
