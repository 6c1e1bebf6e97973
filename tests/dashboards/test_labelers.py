"""Another labeler starts another series: it is marked, its shift is told, and no step across it is called a movement."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from analytics.settings import Settings
from dashboards import sentences
from dashboards.answers import answers
from dashboards.charts.drivers import waterfall_chart
from dashboards.charts.movement import north_star_chart, six_twelve_chart
from dashboards.comparisons import comparisons
from dashboards.edition import Edition, latest_edition
from dashboards.publication import read_publication
from dashboards.record import record_report
from dashboards.trust import assurances
from tests.dashboards.published import FINAL_WEEK, HOSTILE_NAMES, full, weeks_until

MINUS = "\N{MINUS SIGN}"
BEFORE = FINAL_WEEK - timedelta(weeks=1)
CHANGED_AT = datetime(2026, 11, 11, 6, 0, tzinfo=UTC)
Build = Callable[..., Edition]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def judged_by(versions: dict[date, str], *, compared: bool = True, new: str = "b-2") -> Edition:
        tables = full(4)
        for week, version in versions.items():
            row = {"week": week, "dimension": "all", "segment": "all", "estimator": "observed", "value": 0.7125}
            tables.add("mart.north_star_estimates", row | {"labeler_version": version})
        effects = dict.fromkeys(("mix_effect", "handled_effect", "nps_effect", "total_effect"), -0.05)
        driver = {"week": FINAL_WEEK, "dimension": "use_case", "segment": "billing", "se": 0.001}
        tables.add("mart.north_star_drivers", driver | effects)
        for question, shift in (("resolved", -0.5), ("resolved_and_neutral_to_positive", -0.031)):
            row = {"changed_at": CHANGED_AT, "previous_version": "a-1", "labeler_version": new, "question": question}
            shifted = {"n": 1000, "shift": shift, "shift_ci_low": shift - 0.01, "shift_ci_high": shift + 0.01}
            tables.add("mart.labeler_changes", *([row | shifted] if compared else []))
        return latest_edition(read_publication(tables.write(tmp_path)), Settings())

    return judged_by


def broken() -> dict[date, str]:
    return {week: "b-2" if week >= FINAL_WEEK else "a-1" for week in weeks_until(FINAL_WEEK, 4)}


def answer(edition: Edition, name: str) -> str:
    return next(one.text for one in answers(edition) if one.id == name)


def marks(edition: Edition) -> list[tuple[str, str]]:
    figure = north_star_chart(edition).figure
    assert figure is not None
    return [(mark.x, mark.text[1:-1]) for mark in figure.layout.annotations if "label" in mark.text]


def test_a_break_is_marked_on_the_trend_in_its_week(build: Build) -> None:
    assert marks(build(broken())) == [("2026-W46", "new labeler")]


def test_no_step_across_a_break_is_called_a_movement(build: Build) -> None:
    edition = build(broken())
    assert edition.change("north_star") is None
    assert edition.change("ttft_p50_ms") is not None
    assert sentences.movement(edition).startswith("Not compared: another labeler")
    change = next(row for row in comparisons(edition).rows if row.name == "change")
    assert {cell.text for cell in change.cells} == {"new series"}
    assert "against" not in six_twelve_chart(edition).title
    assert waterfall_chart(edition).title == "Steps from last week to this one: another labeler starts a new series."
    assert "driver" not in answer(edition, "segment")


def test_the_trust_part_tells_how_much_of_a_step_is_the_labelers(build: Build) -> None:
    edition = build(broken())
    told = f"Another labeler judges from 2026-W46 on: {MINUS}3.1 pp on the same 1,000 calls."
    assert told in answer(edition, "trust")
    (one,) = (one for one in assurances(edition) if one.label == "Change of labeler")
    assert one.value == f"{MINUS}3.1 pp"
    assert one.meaning.startswith(told)
    assert f"95% interval {MINUS}4.1 pp to {MINUS}2.1 pp" in one.meaning
    assert ["11 Nov 2026", "labeler"] in [[row.name, row.cells[0].text] for row in record_report(edition).notes.rows]


def test_where_every_week_was_labelled_again_nothing_breaks_and_it_is_said(build: Build) -> None:
    edition = build(dict.fromkeys(weeks_until(FINAL_WEEK, 4), "b-2"))
    assert marks(edition) == [("2026-W46", "all weeks relabelled")]
    assert edition.change("north_star") is not None
    assert "Largest real driver" in answer(edition, "segment")
    assert "All weeks were labelled again on 11 Nov 2026:" in answer(edition, "trust")


def test_a_break_without_a_call_that_both_labelled_has_no_size(build: Build) -> None:
    edition = build(broken(), compared=False)
    assert "2026-W46 on: by how much it shifts the level is not measured." in answer(edition, "trust")


def test_one_labeler_leaves_no_word(build: Build) -> None:
    edition = build(dict.fromkeys(weeks_until(FINAL_WEEK, 4), "a-1"))
    assert marks(edition) == []
    assert "label" not in answer(edition, "trust")
    assert edition.change("north_star") is not None


def test_a_hostile_version_is_cut_and_isolated(build: Build) -> None:
    edition = build(dict.fromkeys(weeks_until(FINAL_WEEK, 4), HOSTILE_NAMES[-1]), new=HOSTILE_NAMES[-1])
    (one,) = (one for one in assurances(edition) if one.label == "Change of labeler")
    assert "x" * 40 not in one.meaning
