"""`lodestar evaluate` on a small home: figures with n, reasons where there are none, nothing of a call in the output."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline import call

pytestmark = pytest.mark.slow

MINUTE = "2026-10-05T10:{:02}:00Z"


def lodestar(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dagster_project.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def booked(number: int, *, ok: bool) -> dict[str, Any]:
    """A call that ends well or badly, by its tool."""
    tool = {"id": "t", "name": "create_booking", "interface": "api", "transport_ok": True, "business_ok": ok}
    said = "I have booked it for you." if ok else "Unfortunately I was not able to book it."
    turns = [
        {"seq": 0, "speaker": "caller", "text": "please book a table for tonight"},
        {"seq": 1, "speaker": "agent", "text": said},
        {"seq": 2, "speaker": "caller", "text": "thank you, bye" if ok else "that is bad, bye"},
    ]
    more = {"language": "en", "use_case": "big" if number < 35 else "small", "turns": turns, "tool_calls": [tool]}
    return call(f"c{number}", MINUTE.format(number), **more)


def verdict(number: int, outcome: str, by: str = "r-1") -> dict[str, Any]:
    at = "2026-10-06T10:00:00Z"
    return {"record": "human_label", "call_id": f"c{number}", "labeled_by": by, "labeled_at": at, "outcome": outcome}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 calls, every fourth unresolved; people say so of all but call 0; two reviewers disagree about call 39."""
    folder = tmp_path_factory.mktemp("evaluate") / "home"
    calls = [booked(n, ok=n % 4 != 3) for n in range(40)]
    said = [verdict(n, "resolved" if n % 4 != 3 and n else "unresolved") for n in range(40)]
    landing = folder / "landing" / "1.jsonl"
    landing.parent.mkdir(parents=True)
    lines = [*calls, *said, verdict(39, "resolved", by="r-2")]
    landing.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = lodestar("run", "--home", folder, "--as-of", "2026-11-10T00:00:00Z")
    assert done.returncode == 0, done.stderr
    return folder


def test_the_report_says_n_and_interval_of_everything(home: Path) -> None:
    done = lodestar("evaluate", "--home", home)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    at = lines.index("resolved per call, as landed sample, n = 39")
    assert lines[at + 1] == "  left out: reviewers disagree 1"
    labeler, majority, tool_rule = (lines[at + row] for row in (3, 4, 5))
    # 29 resolved and 9 unresolved calls are found, one unresolved call is taken for resolved
    assert labeler.split("n=39")[1].strip() == "97.4 % (86.8-99.5)"
    assert "74.4 % (58.9-85.4) n=39" in majority
    assert "97.4 % (86.8-99.5) n=39" in tool_rule
    assert "  not_resolved        9             1" in lines
    assert "  resolved            0             29" in lines
    assert "1 segments with too few for figures (n = 4 to 4)" in done.stdout
    assert "table for tonight" not in done.stdout + done.stderr


def test_nothing_flips(home: Path) -> None:
    found = json.loads(lodestar("evaluate", "--home", home, "--format", "json").stdout)
    again = found["stability"][0]
    assert again["before"] == "asked again"
    assert [(flips["n"], flips["flips"]) for flips in again["flips"]] == [(40, 0)] * 3
    injected = [
        (trial["calls"], trial["n"], trial["flips"], trial["flagged"]["value"]) for trial in found["injections"]
    ]
    assert injected == [("invented calls", 160, 0, 1.0), ("frozen sample", 40, 0, 1.0)]


def test_json_holds_the_same_figures(home: Path) -> None:
    found = json.loads(lodestar("evaluate", "--home", home, "--format", "json").stdout)
    resolved = next(row for row in found["comparisons"] if row["question"] == "resolved")
    kappa = resolved["compared"][0]["figures"]["kappa"]
    # po = 38/39, pe = (10 x 9 + 29 x 30) / 39^2
    chance = (10 * 9 + 29 * 30) / 39**2
    assert kappa["value"] == pytest.approx((38 / 39 - chance) / (1 - chance))
    assert kappa["low"] < kappa["value"] < kappa["high"]


def test_a_week_without_verdicts_says_what_to_do(home: Path) -> None:
    done = lodestar("evaluate", "--home", home, "--week", "2026-W30")
    assert (done.returncode, "lodestar audit draw" in done.stdout) == (0, True)


def test_an_unknown_version_is_answered_with_those_that_there_are(home: Path) -> None:
    done = lodestar("evaluate", "--home", home, "--labeler-version", "openai-1")
    assert done.returncode == 2
    assert "no labeler version begins with 'openai-1'; there are offline-" in done.stderr


def test_before_any_label_it_says_so(tmp_path: Path) -> None:
    done = lodestar("evaluate", "--home", tmp_path / "home")
    assert (done.returncode, "no labels yet" in done.stdout) == (0, True)
