"""`lodestar ui`: Dagster on the same home, and nothing calls home."""

import os
from pathlib import Path

import pytest

from analytics.home import Home
from dagster_project import ui


def test_the_ui_replaces_this_process_by_dagster_on_the_same_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.extend(arguments))
    ui.start_ui(Home(tmp_path / "home").create(), ("-p", "3999"))
    _, command, environment = started
    assert command[1:] == ["-m", "dagster", "dev", "-m", "dagster_project.definitions", "-p", "3999"]  # type: ignore[index]
    assert environment["LODESTAR_HOME"] == str(tmp_path / "home")  # type: ignore[index]
    assert environment["DAGSTER_HOME"] == str(tmp_path / "home" / "dagster")  # type: ignore[index]
    assert environment["DAGSTER_DISABLE_TELEMETRY"] == "1"  # type: ignore[index]
    assert "telemetry:\n  enabled: false" in (tmp_path / "home" / "dagster" / "dagster.yaml").read_text()
