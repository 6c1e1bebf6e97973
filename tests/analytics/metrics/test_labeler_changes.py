"""A new labeler is held against the one before on the same calls, so that its level is not taken for news."""

from datetime import timedelta
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from analytics.core.labels import label_window
from analytics.lake import Window
from analytics.metrics.build import build_mart
from analytics.workspace import Workspace
from tests.pipeline import NOW, ScriptedLabeler, call, land, refresh, rows, workspace_at

GOOD = {"outcome": "resolved", "nps_predicted": 9}
BAD = {"outcome": "unresolved", "nps_predicted": 3}
CALLS = [f"c{n}" for n in range(10)]


class Newer(ScriptedLabeler):
    version = "scripted-0"  # what is newer is told by time, not by name


def says(good: int) -> dict[str, dict[str, Any]]:
    return {f"native:{name}": GOOD if n < good else BAD for n, name in enumerate(CALLS)}


def changes(workspace: Workspace) -> list[dict[str, Any]]:
    build_mart(workspace, "labeler_changes")
    return rows(workspace, "select * from mart.labeler_changes order by changed_at, question")


def relabel(root: Path, labeler: ScriptedLabeler, days_later: int) -> list[dict[str, Any]]:
    with workspace_at(root, now=NOW + timedelta(days=days_later)) as workspace:
        (span,) = rows(workspace, "select min(call_date) as first, max(call_date) + 1 as behind from core.calls")
        label_window(workspace, labeler, Window(span["first"], span["behind"]))
        return changes(workspace)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with workspace_at(tmp_path) as workspace:
        land(workspace, "1.jsonl", [call(name, "2026-10-05T10:00:00Z") for name in CALLS])
        refresh(workspace, says(good=8))
        assert changes(workspace) == []
    return tmp_path


def test_the_level_shift_is_that_of_both_versions_on_the_same_calls(root: Path) -> None:
    found = relabel(root, Newer(says(good=5)), 1)
    assert [row["question"] for row in found] == ["neutral_to_positive", "resolved", "resolved_and_neutral_to_positive"]
    shift = found[1]
    assert (shift["previous_version"], shift["labeler_version"], shift["n"]) == ("scripted-1", "scripted-0", 10)
    assert (shift["previous_share"], shift["share"], shift["flip_share"]) == (0.8, 0.5, 0.3)
    # three of ten ceased: (0 - 3) / 12 +- 1.96 sqrt(5 / 12 - (3 / 12)^2) / sqrt(12)
    half_width = 1.959963984540054 * sqrt(5 / 12 - 1 / 16) / sqrt(12)
    assert shift["shift"] == pytest.approx(-0.3)
    assert shift["shift_ci_low"] == pytest.approx(-0.25 - half_width)
    assert shift["shift_ci_high"] == pytest.approx(-0.25 + half_width)


def test_a_change_that_moves_nothing_has_a_width_too(root: Path) -> None:
    shift = relabel(root, Newer(says(good=8)), 1)[1]
    assert shift["shift"] == 0
    assert shift["shift_ci_low"] < 0 < shift["shift_ci_high"]


def test_calls_that_one_of_them_did_not_label_are_in_neither_share(root: Path) -> None:
    answers = says(good=8) | {"native:c0": {"outcome": "unclear"}, "native:c1": {"status": "error"}}
    assert {row["n"] for row in relabel(root, Newer(answers), 1)} == {8}


def test_the_frozen_sample_is_as_large_as_the_settings_say(root: Path) -> None:
    environment = {"LODESTAR_REPORTING__FROZEN_SAMPLE_CALLS": "4"}
    relabel(root, Newer(says(good=5)), 1)
    with workspace_at(root, now=NOW + timedelta(days=1), environment=environment) as workspace:
        assert {row["n"] for row in changes(workspace)} == {4}
