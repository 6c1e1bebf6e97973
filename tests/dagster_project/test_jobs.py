"""A run of the scheduler does what `lodestar run` does and books itself in the same way."""

from pathlib import Path

import dagster as dg
import pytest

from analytics.home import Home
from analytics.ledger import Ledger
from analytics.settings import load_settings
from dagster_project.definitions import build_definitions
from dagster_project.instance import open_instance
from tests.pipeline import call, land, rows, workspace_at

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("LODESTAR_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home").create()


def request_run(home: Home) -> dg.ExecuteInProcessResult:
    with open_instance(home.dagster) as instance:
        job = build_definitions(home, load_settings(None, {})).resolve_job_def("pipeline")
        return job.execute_in_process(instance=instance, raise_on_error=False)


def runs(home: Home) -> list[tuple[object, object]]:
    with Ledger.read(home.ledger) as ledger:
        return [(run["status"], run["message"]) for run in ledger.runs()]


def test_a_requested_run_publishes_and_is_booked(home: Home) -> None:
    with workspace_at(home.root) as workspace:
        land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z")])
    assert request_run(home).success
    assert runs(home) == [("ok", None)]
    assert (home.warehouse / "analytics.duckdb").exists()
    with workspace_at(home.root) as workspace:
        assert workspace.ledger.dirty_days() == []
        assert rows(workspace, "select call_id from core.calls") == [{"call_id": "native:a"}]


def test_a_run_that_cannot_publish_says_why_in_the_books(home: Home) -> None:
    assert not request_run(home).success
    assert runs(home) == [("not_publishable", "no call was ever loaded: put native JSON Lines into a landing folder")]


def test_a_run_that_fails_is_booked_as_failed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dagster_project.assets.raw.ingest", full_disk)
    assert not request_run(home).success
    ((status, message),) = runs(home)
    assert (status, "No space left on device" in str(message)) == ("failed", True)
