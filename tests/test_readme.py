"""The commands of README.md are commands that run."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline import call, land, workspace_at

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SHELL = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
LODESTAR = [line.removeprefix(".venv/bin/lodestar ") for line in SHELL if line.startswith(".venv/bin/lodestar")]


def test_every_make_target_exists() -> None:
    named = re.findall(r"^make (\S+)", "\n".join(SHELL), re.MULTILINE)
    assert named == ["run", "test"]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(named) <= set(targets)


def test_the_page_is_pictured_and_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.slow
def test_every_lodestar_command_runs(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "demo") as workspace:
        land(workspace, "calls.jsonl", [call(f"c{n}", "2026-10-05T10:00:00Z") for n in range(40)])
    for line in LODESTAR:
        text = line.replace("FOLDER", str(tmp_path / "demo" / "landing")).replace(
            "lodestar_home/demo", str(tmp_path / "demo")
        )
        arguments = shlex.split(text)
        if arguments[0] == "run":
            arguments += ["--home", str(tmp_path / "demo")]
        if arguments[0] == "ui":
            arguments = ["ui", "--help"]
        command = [sys.executable, "-m", "dagster_project.cli", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, f"{line}: {done.stderr}"
