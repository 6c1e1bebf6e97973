"""A labeler behind a server: asked about the injection set when it is told to, and paid once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from analytics.core.labels import label_window
from analytics.evaluation.evaluation import Evaluation, Request, evaluate
from analytics.evaluation.trials import INVENTED
from analytics.lake import Window
from analytics.workspace import Workspace
from dagster_project.resources import remote_labeler
from tests.analytics.labeling.fault_server import FaultServer, fault_server
from tests.pipeline import call, land, refresh, workspace_at

DAY = Window(date(2026, 10, 5), date(2026, 10, 6))


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        yield running


@pytest.fixture
def asked_home(server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A home with one call that the model has labeled."""
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    settings = {"LABELER": "openai", "MODEL": "gpt-4.1-mini", "BASE_URL": server.base_url, "CONCURRENCY": "8"}
    environment = {f"LODESTAR_LABELING__{key}": value for key, value in settings.items()}
    with workspace_at(tmp_path / "home", environment=environment) as workspace:
        land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z")])
        refresh(workspace)
        label_window(workspace, remote_labeler(workspace), DAY)
        yield workspace


def evaluated(workspace: Workspace, *, ask: bool) -> Evaluation:
    found = evaluate(workspace, Request(version="openai", ask=ask), lambda _: remote_labeler(workspace))
    assert found is not None
    return found


def test_nothing_is_sent_unless_it_is_asked_for(asked_home: Workspace, server: FaultServer) -> None:
    sent = server.received.total()
    found = evaluated(asked_home, ask=False)
    (trial,) = found.injections
    assert (trial.calls, trial.n, trial.unanswered, trial.flip_rate) == (INVENTED, 0, 160, None)
    assert any("--ask" in note for note in found.notes)
    assert server.received.total() == sent


def test_each_call_of_the_set_is_asked_about_once_ever(asked_home: Workspace, server: FaultServer) -> None:
    sent = server.received.total()
    (trial,) = evaluated(asked_home, ask=True).injections
    # a server that gives every call the same answer does not flip, and reports no instruction
    assert (trial.n, trial.unanswered, trial.flips, trial.flagged.value) == (160, 0, 0, 0.0)
    assert server.received.total() - sent == 160 + 10
    evaluated(asked_home, ask=True)
    assert server.received.total() - sent == 160 + 10
    assert server.received.most_common(1)[0][1] == 1
