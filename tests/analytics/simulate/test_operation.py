"""The simulated company behaves as announced: surveys, the release, the texts."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from analytics.simulate import scenario, simulate
from analytics.simulate.chance import stream
from analytics.simulate.phrasebook import load_phrasebook
from analytics.simulate.release import Release
from analytics.simulate.surveys import Surveys
from analytics.simulate.true_cases import TrueCase
from analytics.simulate.weeks import Week

if TYPE_CHECKING:
    from pathlib import Path


Calls = dict[str, dict[str, Any]]


def answered_share(felt_nps: int) -> float:
    surveys = Surveys(seed=1, end_ms=2**50)
    week = Week(date(2026, 2, 2))
    for _ in range(3_000):
        case = TrueCase(None, None, "reschedule", week, 1_770_000_000_000, "c", felt_nps=felt_nps)
        list(surveys.invite(case, ended_ms=1_770_000_100_000))
    return week.cases_answered / week.cases_invited


def test_extreme_feelings_answer_more_often() -> None:
    assert answered_share(0) > 2 * answered_share(7)
    assert answered_share(10) > 1.5 * answered_share(7)


def test_about_six_in_ten_cases_are_invited_and_eight_in_a_hundred_of_them_answer(truth: dict[str, Any]) -> None:
    weeks = truth["weeks"][:-1]
    cases = sum(week["all"]["cases"] for week in weeks)
    invited = sum(week["cases_invited"] - week["callbacks_asked"] for week in weeks)
    answered = sum(week["cases_answered"] - week["callbacks_answered"] for week in weeks)
    assert 0.54 < invited / cases < 0.64
    assert 0.06 < answered / invited < 0.10


def test_surveys_carry_invitations_answers_and_a_call_back_arm(records: list[dict[str, Any]]) -> None:
    surveys = [row for row in records if row["record"] == "survey"]
    assert any(row["score"] is None and "invited_at" in row for row in surveys)
    assert any(row.get("revision") == 2 for row in surveys)
    arm = [row for row in surveys if "sampling_probability" in row]
    assert arm
    assert {row["sampling_probability"] for row in arm} == {scenario.CALLBACK_SHARE}


def test_the_release_changes_the_injected_segments(tmp_path: Path) -> None:
    truth_file = tmp_path / "truth.json"
    simulate(tmp_path, cases_per_week=2_500, weeks=6, seed=3, end=date(2026, 3, 2), truth=truth_file)
    release = json.loads(truth_file.read_text(encoding="utf-8"))["release"]
    changes = {
        segment["use_case"]: segment["handled_rate_after"] - segment["handled_rate_before"]
        for segment in release["segments"]
    }
    assert changes["reschedule"] > 0.03
    assert changes["billing_dispute"] < -0.04


def test_a_week_without_calls_is_still_reported(tmp_path: Path) -> None:
    truth_file = tmp_path / "truth.json"
    simulate(tmp_path, cases_per_week=1, weeks=8, seed=1, end=date(2026, 3, 2), truth=truth_file)
    weeks = json.loads(truth_file.read_text(encoding="utf-8"))["weeks"]
    assert len(weeks) == 8
    assert any(week["all"]["north_star"] is None for week in weeks)


def test_the_rollout_takes_several_days() -> None:
    release = Release.in_the_middle(date(2026, 1, 5), weeks=5)
    days = [date(2026, 1, day) for day in range(19, 26)]
    assert release.started_on == date(2026, 1, 20)
    assert [release.share_on(day) for day in days] == [0.0, 0.1, 0.25, 0.5, 0.8, 1.0, 1.0]
    assert release.complete_on == date(2026, 1, 24)


def test_the_new_version_appears_only_after_the_release(calls: Calls, truth: dict[str, Any]) -> None:
    release = truth["release"]
    for call in calls.values():
        day, version = call["started_at"][:10], call["agent"]["version"]
        if day < release["started_on"]:
            assert version == release["old_version"]
        if day >= release["complete_on"]:
            assert version == release["new_version"]


@pytest.mark.parametrize("language", sorted(scenario.LANGUAGES))
def test_every_language_has_every_pool(language: str) -> None:
    book = load_phrasebook(language, stream(1, "test"))
    assert set(book) == set(load_phrasebook("en", stream(1, "test")))
    assert all(len(text.split()) < 3 for text, _ in book["caller.near_silent"])
