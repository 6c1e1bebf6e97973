"""A run that is killed at any moment, and run again, leaves what an undisturbed run leaves; readers notice nothing.

Three random kills by default; `LODESTAR_TEST_KILLS=50` makes it fifty, `LODESTAR_TEST_SEED` chooses others.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.home import Home
from analytics.lake import Lake
from analytics.publish.snapshot import open_snapshot
from tests.pipeline import call

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("LODESTAR_TEST_KILLS", "3"))
SEED = int(os.environ.get("LODESTAR_TEST_SEED", "1"))
#: When a run happened, which run it was and what became of the killed ones differ by nature.
OF_THE_RUN = frozenset({"received_at", "labeled_at", "run_id", "started_at", "ended_at"})

Tables = dict[str, list[str]]


def first_delivery() -> list[dict[str, Any]]:
    days = [f"2026-10-{day:02}" for day in range(5, 15)]
    return [
        call(f"{day}-{n}", f"{day}T10:{n:02}:00Z", customer_id=f"u{n}", use_case="x") for day in days for n in range(6)
    ]


def second_delivery() -> Iterator[dict[str, Any] | str]:
    """Late calls, new days, a revision, a call that moves, children, answers and lines to refuse."""
    for day in ("2026-10-06", "2026-10-15", "2026-10-16"):
        for n in range(8):
            late = call(f"late-{day}-{n}", f"{day}T12:{n:02}:00Z", customer_id=f"u{n}", use_case="x")
            yield late | {"turns": []}
            yield {"record": "turn", "call_id": late["id"], "seq": 0, "speaker": "caller", "text": "three more words"}
            answer = {"record": "survey", "id": f"s-{day}-{n}", "call_id": late["id"], "instrument": "nps", "score": n}
            yield answer | {"answered_at": f"{day}T18:00:00Z"}
    yield call("2026-10-05-1", "2026-10-05T10:01:00Z", revision=2, language="de")
    yield call("2026-10-06-1", "2026-10-09T10:01:00Z", revision=2)
    yield from ["{broken", '{"record":"call","id":"x"}']


def land(home: Path, name: str, records: list[dict[str, Any] | str]) -> None:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    (home / "landing").mkdir(parents=True, exist_ok=True)
    (home / "landing" / name).write_text("\n".join(lines) + "\n")


def start(home: Path) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "dagster_project.cli",
        "run",
        "--home",
        str(home),
        "--as-of",
        "2026-11-10T00:00:00Z",
    ]
    # too many refused lines would stop it, and they are part of the delivery
    environment = os.environ | {"LODESTAR_QUALITY__MAX_QUARANTINED_SHARE": "0.5"}
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )


def complete(home: Path) -> None:
    run = start(home)
    _, said = run.communicate()
    assert run.returncode == 0, said


def kill_while_reading(home: Path, after_s: float) -> None:
    """Kill a run some time after it began to work; the publication can be read before, meanwhile and afterwards."""
    run = start(home)
    assert run.stderr is not None
    for line in run.stderr:
        if "reading the landing folder" in line:
            break
    deadline = time.monotonic() + after_s
    while time.monotonic() < deadline and run.poll() is None:
        assert_readable(home)
    if run.poll() is None:  # on a machine that became faster it may have ended before
        os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    assert_readable(home)


def assert_readable(home: Path) -> None:
    with open_snapshot(Home(home)) as published:
        (((weeks,),)) = published.execute("select count(*) from mart.kpi_week").fetchall()
    assert weeks > 0
    assert "north" in (home / "site" / "index.html").read_text().lower()


def contents(home: Path) -> Tables:
    """Every table of the lake and of the published file, as sorted rows."""
    lake, tables = Lake(home / "lake"), {}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for folder in sorted((home / "lake").glob("*/*")):
            table = f"{folder.parent.name}/{folder.name}"
            lake.view(connection, table)
            tables[table] = listed(connection, table.replace("/", "."))
    with open_snapshot(Home(home)) as published:
        names = published.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        for (name,) in names:
            if name != "meta.runs":
                tables[f"published {name}"] = listed(published, name)
    # a run that is killed after its publication has left nothing to read since the last one
    tables["published meta.checks"] = [row for row in tables["published meta.checks"] if "quarantined_share" not in row]
    return tables


def listed(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    columns = [name for name, *_ in connection.execute(f"describe {table}").fetchall() if name not in OF_THE_RUN]
    chosen = ", ".join(f'"{name}"' for name in columns)
    return sorted(map(repr, connection.execute(f"select {chosen} from {table}").fetchall()))


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one publication, and a second delivery in its landing folder."""
    home = tmp_path_factory.mktemp("kills") / "home"
    land(home, "1.jsonl", [*first_delivery()])
    complete(home)
    land(home, "2.jsonl", [*second_delivery()])
    return home


def test_killed_and_repeated_runs_leave_what_an_undisturbed_run_leaves(published_once: Path, tmp_path: Path) -> None:
    undisturbed = tmp_path / "home"
    shutil.copytree(published_once, undisturbed, symlinks=True)
    began = time.monotonic()
    complete(undisturbed)
    length_s = time.monotonic() - began
    expected = contents(undisturbed)
    chance = random.Random(SEED)
    for number in range(KILLS):
        # the same path: what is known of a landed file is its path
        shutil.rmtree(undisturbed)
        shutil.copytree(published_once, undisturbed, symlinks=True)
        for _ in range(chance.choice([1, 1, 2])):
            kill_while_reading(undisturbed, chance.uniform(0, length_s))
        complete(undisturbed)
        found = contents(undisturbed)
        differing = {
            table: sorted(set(expected.get(table, [])) ^ set(found.get(table, [])))
            for table in expected.keys() | found.keys()
            if expected.get(table) != found.get(table)
        }
        assert not differing, f"kill {number} of seed {SEED}"
        assert not [*(undisturbed / "stage").iterdir()]
