"""The code of docs/analysts.md runs on a published file and returns what the text says."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.publish.warehouse import publish_warehouse
from tests.pipeline import call, land, refresh, summarise, workspace_at

GUIDE = (Path(__file__).parents[1] / "docs" / "analysts.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
PUBLISHED = "lodestar_home/demo/warehouse/analytics.duckdb"
ANSWERED = {"outcome": "resolved", "nps_predicted": 8}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Variables of the guide after all of its code ran: two final weeks of 80 cases, 40 of the second unresolved."""
    calls = [
        call(f"c{n}", "2026-09-28T10:00:00Z" if n < 80 else "2026-10-05T10:00:00Z", language="en") for n in range(160)
    ]
    labels = {f"native:c{n}": ANSWERED if n < 120 else {**ANSWERED, "outcome": "unresolved"} for n in range(160)}
    with workspace_at(tmp_path_factory.mktemp("analysts") / "home") as workspace:
        land(workspace, "1.jsonl", calls)
        refresh(workspace, labels)
        summarise(workspace)
        file = publish_warehouse(workspace)
    variables: dict[str, Any] = {}
    for block in BLOCKS:
        exec(block.replace(PUBLISHED, str(file)), variables)  # noqa: S102 (the guide's own code)
    variables["con"].close()
    return variables


def test_there_are_five_worked_questions() -> None:
    assert len(re.findall(r"^\*\*\d\. ", GUIDE, re.MULTILINE)) == 5
    assert len(BLOCKS) == 6


def test_the_code_says_what_the_text_promises(answers: dict[str, Any]) -> None:
    assert [(row[0], row[1], row[4]) for row in answers["north_star"]] == [("2026-W40", 1.0, 80), ("2026-W41", 0.5, 80)]
    (_, *none), (week, from_handling, from_liking) = answers["steps"]
    assert (none, week, from_handling, from_liking) == ([None, None], "2026-W41", -0.5, 0.0)
    ((language, good, n, share, low, high),) = answers["languages"]
    assert (language, good, n, share) == ("en", 120, 160, 0.75)
    assert low < share < high
    assert answers["failed"][1][1] == 80


def test_the_macros_are_in_the_file(tmp_path: Path) -> None:
    with duckdb.connect(str(_published(tmp_path)), read_only=True) as connection:
        found = connection.execute(
            "select wilson_low(0, 0), round(wilson_low(8, 10), 4), round(wilson_high(8, 10), 4), iso_week(date '2027-01-01')"
        ).fetchall()
    assert found == [(None, 0.4902, 0.9433, "2026-W53")]


def _published(root: Path) -> Path:
    with workspace_at(root / "home") as workspace:
        land(workspace, "1.jsonl", [call("c", "2026-10-05T10:00:00Z")])
        refresh(workspace)
        summarise(workspace)
        return publish_warehouse(workspace)
