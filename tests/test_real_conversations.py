"""Real service conversations, where they lie beside the checkout: a page whose missing figures are said and not zero."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

STAR = Path(__file__).parents[2] / "shared" / "data" / "star"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not STAR.exists(), reason="../shared/data/star is not here"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("star") / "home"
    command = [sys.executable, "-m", "dagster_project.cli", "run", "--home", folder, "--landing", STAR]
    done = subprocess.run([*command, "--as-of", "2020-07-01T00:00:00Z"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def snapshot(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home / "warehouse" / "analytics.duckdb"), read_only=True) as connection:
        yield connection


def test_calls_without_a_start_are_set_aside_and_the_rest_is_there(snapshot: duckdb.DuckDBPyConnection) -> None:
    books = "select rows_in, rows_loaded, rows_quarantined, rows_superseded from meta.files where status = 'loaded'"
    assert snapshot.execute(books).fetchall() == [(108_622, 108_496, 126, 0)]
    assert snapshot.execute("select count(*) from core.calls").fetchall() == [(5_079,)]


def test_both_weeks_are_final_and_have_a_north_star(snapshot: duckdb.DuckDBPyConnection) -> None:
    rows = snapshot.execute(
        "select iso_week, status, n > 100, value between 0.2 and 0.95 from mart.kpi_week"
        " where metric = 'north_star' and dimension = 'all' order by week"
    ).fetchall()
    assert rows == [("2020-W20", "final", True, True), ("2020-W21", "final", True, True)]


@pytest.mark.parametrize(
    "metric", ["ttft_p50_ms", "ttft_p95_ms", "cost_per_minute_usd", "cost_per_handled_positive_case_usd"]
)
def test_what_was_not_measured_is_null(metric: str, snapshot: duckdb.DuckDBPyConnection) -> None:
    values = snapshot.execute("select distinct value from mart.kpi_week where metric = ?", [metric]).fetchall()
    assert values == [(None,)]


@pytest.mark.parametrize("week", ["2020-W20", "2020-W21"])
def test_the_page_says_not_measured_and_never_zero(week: str, home: Path) -> None:
    page = (home / "site" / f"{week}.html").read_text("utf-8")
    text = re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)
    assert "not measured" in text
    assert not re.search(r"\$0\.0+\b|\b0 ms\b", text)


@pytest.fixture(scope="module")
def evaluation(home: Path) -> dict[str, Any]:
    """The week that the offline labeler was not fitted on, labeled from redacted texts."""
    command = [sys.executable, "-m", "dagster_project.cli", "evaluate", "--home", home, "--week", "2020-W21"]
    done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def test_the_offline_labeler_agrees_with_callers_about_the_outcome(evaluation: dict[str, Any]) -> None:
    resolved = next(comparison for comparison in evaluation["comparisons"] if comparison["question"] == "resolved")
    figures = {compared["name"]: compared["figures"] for compared in resolved["compared"]}
    labeler = figures["labeler"]
    assert (resolved["n"], labeler["decided"]["value"] > 0.95, labeler["kappa"]["low"] > 0.6) == (515, True, True)
    assert labeler["accuracy"]["low"] > figures["majority class"]["accuracy"]["high"]
    assert figures["labeler, same calls"]["kappa"]["value"] > figures["tool rule"]["kappa"]["value"]


def test_no_instruction_flips_a_real_call(evaluation: dict[str, Any]) -> None:
    tried = {trial["calls"]: (trial["n"], trial["flips"]) for trial in evaluation["injections"]}
    assert tried == {"invented calls": (160, 0), "frozen sample": (500, 0)}
