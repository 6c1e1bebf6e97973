"""What starts a run without a clock: a settled new file, once; and a killed run is closed."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from analytics.home import Home
from analytics.settings import load_settings
from dagster_project.processes import close_dead_runs, process_tags
from dagster_project.sensors import sensors
from tests.pipeline import call, land, read, workspace_at


def tick(home: Home, instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    landing_folder = sensors(home, load_settings(None, {}))[0]
    return landing_folder(dg.build_sensor_context(instance=instance, cursor=cursor))  # type: ignore[return-value]


def test_a_new_file_is_requested_once_it_has_kept_its_size(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    with dg.DagsterInstance.ephemeral() as instance:
        assert isinstance(tick(home, instance), dg.SkipReason)
        file = home.landing / "a.jsonl"
        file.write_text("{}\n")
        first = tick(home, instance)
        assert first.run_requests == []  # type: ignore[union-attr]
        file.write_text("{}\n{}\n")
        grown = tick(home, instance, first.cursor)  # type: ignore[union-attr]
        assert grown.run_requests == []  # type: ignore[union-attr]
        settled = tick(home, instance, grown.cursor)  # type: ignore[union-attr]
        (request,) = settled.run_requests  # type: ignore[union-attr]
        assert isinstance(tick(home, instance, settled.cursor), dg.SkipReason)  # type: ignore[union-attr]
        file.write_text("{}\n")
        again = tick(home, instance, settled.cursor)  # type: ignore[union-attr]
        (other,) = tick(home, instance, again.cursor).run_requests  # type: ignore[union-attr]
        assert other.run_key != request.run_key


def test_what_the_books_hold_and_what_is_never_read_requests_nothing(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z")])
        read(workspace)
        land(workspace, "readme.txt", ["not read"])
        land(workspace, ".hidden.jsonl", ["not read"])
        with dg.DagsterInstance.ephemeral() as instance:
            assert isinstance(tick(workspace.home, instance), dg.SkipReason)


def test_the_sensor_never_opens_a_file(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    os.mkfifo(home.landing / "pipe.jsonl")
    (home.landing / "shut.jsonl").write_text("{}")
    (home.landing / "shut.jsonl").chmod(0)
    with dg.DagsterInstance.ephemeral() as instance:
        first = tick(home, instance)
        assert len(tick(home, instance, first.cursor).run_requests) == 1  # type: ignore[union-attr]


def test_no_second_run_is_requested_while_one_waits(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    (home.landing / "a.jsonl").write_text("{}")
    with dg.DagsterInstance.ephemeral() as instance:
        instance.create_run_for_job(sensors_job(), status=dg.DagsterRunStatus.STARTED)
        cursor = tick(home, instance)
        assert isinstance(cursor, dg.SkipReason)
        assert "at work" in str(cursor.skip_message)


def sensors_job() -> dg.JobDefinition:
    @dg.job(name="pipeline")
    def stand_in() -> None: ...

    return stand_in


@pytest.mark.parametrize(("alive", "closed"), [(True, 0), (False, 1)])
def test_a_run_whose_process_was_killed_is_closed_and_no_other(alive: bool, closed: int) -> None:
    tags = process_tags()
    if not alive:
        probe = "from dagster_project.processes import process_tags; print(process_tags()['lodestar/process'])"
        tags = {"lodestar/process": subprocess.check_output([sys.executable, "-c", probe], text=True).strip()}
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(sensors_job(), status=dg.DagsterRunStatus.STARTED, tags=tags)
        instance.create_run_for_job(
            sensors_job(), status=dg.DagsterRunStatus.STARTED, tags={"lodestar/process": "elsewhere 1 2"}
        )
        assert len(close_dead_runs(instance)) == closed
        status = instance.get_run_by_id(run.run_id).status  # type: ignore[union-attr]
        assert status == (dg.DagsterRunStatus.STARTED if alive else dg.DagsterRunStatus.FAILURE)
