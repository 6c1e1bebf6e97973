"""What goes wrong on a machine: the last publication stays, the reason is said, and the next run ends where it should."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from analytics.ledger import Ledger
from dagster_project.booking import booked
from dagster_project.run import run_pipeline
from tests.pipeline import call, land, rows, workspace_at

pytestmark = pytest.mark.slow

AS_OF = ("--as-of", "2026-11-10T00:00:00Z")
CALLS = [call(f"c{n}", f"2026-10-{5 + n % 5:02}T10:00:00Z", customer_id=f"u{n}", use_case="x") for n in range(40)]


def lodestar(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dagster_project.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with workspace_at(tmp_path / "home") as workspace:
        land(workspace, "1.jsonl", CALLS)
    return tmp_path / "home"


def north_star(home: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str((home / "warehouse" / "analytics.duckdb").resolve()), read_only=True) as connection:
        return connection.execute(
            "select week, numerator, denominator from mart.kpi_week where metric = 'calls' and dimension = 'all'"
        ).fetchall()


def test_a_killed_run_is_closed_and_the_next_one_finishes_its_work(home: Path) -> None:
    command = [sys.executable, "-m", "dagster_project.cli", "run", "--home", str(home), *AS_OF]
    killed = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert killed.stderr is not None
    for line in killed.stderr:
        if "rebuilding" in line:
            break
    time.sleep(0.5)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stderr.close()
    done = lodestar("run", "--home", home, *AS_OF)
    assert done.returncode == 0, done.stderr
    with Ledger.read(home / "ledger" / "ledger.sqlite") as ledger:
        first, second = ledger.runs()
    assert (first["status"], second["status"]) == ("failed", "ok")
    assert str(first["message"]).startswith("ended without a word")
    assert north_star(home)[0][1] == 40
    probe = (
        "import dagster as dg\n"
        "with dg.DagsterInstance.get() as instance:\n"
        "    print([run.status.value for run in instance.get_runs() if not run.is_finished])"
    )
    environment = os.environ | {"DAGSTER_HOME": str(home / "dagster"), "DAGSTER_DISABLE_TELEMETRY": "1"}
    assert subprocess.check_output([sys.executable, "-c", probe], text=True, env=environment).strip() == "[]"


def test_an_analyst_who_holds_the_file_neither_stops_a_run_nor_loses_his_numbers(home: Path) -> None:
    assert lodestar("run", "--home", home, *AS_OF).returncode == 0
    held = duckdb.connect(str((home / "warehouse" / "analytics.duckdb").resolve()), read_only=True)
    with workspace_at(home) as workspace:
        land(workspace, "2.jsonl", [call("late", "2026-10-05T12:00:00Z")])
    done = lodestar("run", "--home", home, *AS_OF)
    assert done.returncode == 0, done.stderr
    assert held.execute("select count(*) from core.calls").fetchall() == [(40,)]
    held.close()
    assert north_star(home)[0][1] == 41


def test_a_second_run_beside_one_is_refused_or_waits(home: Path) -> None:
    with workspace_at(home):
        refused = lodestar("run", "--home", home, *AS_OF)
    assert (refused.returncode, "is in use by process" in refused.stderr) == (1, True)


def test_a_full_disk_keeps_the_last_publication_and_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lodestar("run", "--home", home, *AS_OF).returncode == 0
    before = north_star(home)
    with workspace_at(home) as workspace:
        land(workspace, "2.jsonl", [call("late", "2026-10-05T12:00:00Z")])

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device", "analytics.duckdb")

        with monkeypatch.context() as disk:
            disk.setattr("dagster_project.assets.publication.stage_warehouse", full)
            with pytest.raises(OSError, match="No space left"), booked(workspace):
                run_pipeline(workspace, [], None)
        (failed,) = [run for run in workspace.ledger.runs() if run["run_id"] == workspace.run_id]
        assert (failed["status"], "no space left on the disk" in str(failed["message"])) == ("failed", True)
    assert north_star(home) == before
    assert lodestar("run", "--home", home, *AS_OF).returncode == 0
    assert north_star(home)[0][1] == 41


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = lodestar("run", "--home", tmp_path / "file" / "home")
    assert (done.returncode, "cannot be used as home" in done.stderr) == (2, True), done.stderr


def test_twenty_thousand_bad_lines_make_one_alarm_and_a_page_with_the_reason(home: Path) -> None:
    assert lodestar("run", "--home", home, *AS_OF).returncode == 0
    week_page = (home / "site" / "2026-W41.html").read_text("utf-8")
    with workspace_at(home) as workspace:
        land(workspace, "bad.jsonl", ["{broken xylophonist"] * 20_000 + [CALLS[0]])
    first, second = lodestar("run", "--home", home, *AS_OF), lodestar("run", "--home", home, *AS_OF)
    assert (first.returncode, second.returncode) == (3, 3)
    alarms = [line for line in (first.stderr + second.stderr).splitlines() if line.startswith("[Lodestar]")]
    assert [line.split(":")[0] for line in alarms] == ["[Lodestar] Nothing can be published"]
    assert len(first.stderr) < 10_000
    assert "xylophonist" not in first.stderr
    index = (home / "site" / "index.html").read_text("utf-8")
    assert "Not publishable" in index
    assert "20000 of 20001 lines" in index
    assert (home / "site" / "2026-W41.html").read_text("utf-8") == week_page
    with workspace_at(home) as workspace:
        assert rows(workspace, "select count(*) as calls from core.calls") == [{"calls": 40}]


def test_a_rule_with_an_offender_stops_the_publication_and_the_next_good_run_resumes(home: Path) -> None:
    assert lodestar("run", "--home", home, *AS_OF).returncode == 0
    with workspace_at(home) as workspace, workspace.connection() as connection:
        workspace.lake.view(connection, "core/calls")
        connection.execute("create table planted as select * replace ('exploded' as end_reason) from core.calls")
        workspace.lake.drop("core/calls")
        workspace.lake.append("core/calls", connection.sql("from planted"), "call_date")
    refused = lodestar("run", "--home", home, *AS_OF)
    assert refused.returncode == 3, refused.stderr
    assert "call_values_are_known (40): a value outside its vocabulary" in refused.stderr
    assert "exploded" not in refused.stderr
    done = lodestar("run", "--home", home, "--from", "2026-10-01", *AS_OF)
    assert done.returncode == 0, done.stderr
    assert "Resolved: Nothing can be published" in done.stderr
    assert "Not publishable" not in (home / "site" / "index.html").read_text("utf-8")


def test_the_lock_names_its_holder(home: Path) -> None:
    with workspace_at(home):
        assert json.loads((home / "ledger" / "lock").read_text())["pid"] == os.getpid()
