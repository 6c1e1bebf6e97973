"""`lodestar classify` and `run --labeler openai`: planned for nothing, paid once, stopped with a next step."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analytics.labeling.batch_fault_server import batch_fault_server
from tests.analytics.labeling.fault_server import FaultServer, fault_server
from tests.pipeline import call, land, workspace_at

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        yield running


def lodestar(home: Path, server: FaultServer, *arguments: str, key: str = "key-secret", **settings: str):
    labeling = {"BASE_URL": server.base_url, "MODEL": "gpt-4.1-mini", "RETRY_BACKOFF_S": "0.01"} | settings
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LODESTAR_")}
    environment |= {f"LODESTAR_LABELING__{name}": value for name, value in labeling.items()}
    environment |= {"OPENAI_API_KEY": key, "LODESTAR_HOME": str(home)}
    command = [sys.executable, "-m", "dagster_project.cli", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "key-secret" not in done.stdout + done.stderr
    assert "please" not in done.stdout + done.stderr, "no word of a call in a message"
    return done


def caller(text: str) -> dict[str, object]:
    return {"seq": 0, "speaker": "caller", "text": text}


def lands(home: Path, *kinds: str) -> None:
    said = [f"please help me now {n} fault:{kind}" for n, kind in enumerate(kinds)]
    with workspace_at(home) as workspace:
        land(
            workspace,
            "1.jsonl",
            [call(f"c{n}", f"2026-10-05T10:00:{n:02}Z", turns=[caller(text)]) for n, text in enumerate(said)],
        )


def test_plan_run_retry_and_run_again(server: FaultServer, tmp_path: Path) -> None:
    home = tmp_path / "home"
    lands(home, "none", "500", "none", "html")
    assert lodestar(home, server, "run").returncode == 0
    planned = lodestar(home, server, "classify", "--plan", key="")
    assert "  to send             4" in planned.stdout.splitlines()
    assert "retires on 2027-01-14" in planned.stdout
    assert server.received.total() == 0

    ran = lodestar(home, server, "run", "--labeler", "openai", MAX_ATTEMPTS="2")
    assert ran.returncode == 0, ran.stderr
    assert "asked gpt-4.1-mini about 4 calls: error 1, invalid 1, ok 2" in ran.stderr
    assert server.received.total() == 5
    assert (
        lodestar(home, server, "run", "--labeler", "openai", "--from", "2026-10-05", MAX_ATTEMPTS="2").returncode == 0
    )
    assert server.received.total() == 5

    retried = lodestar(home, server, "classify", "--retry", "error", MAX_ATTEMPTS="2")
    assert "error                 1" in retried.stdout
    assert server.received.total() == 7
    question = "select labeler, status, is_current, count(*) as n from core.labels group by all order by all"
    found = lodestar(home, server, "query", question, "--format", "csv")
    assert found.stdout.replace('"', "").splitlines()[1:] == [
        "offline,ok,false,4",
        "openai,error,true,1",
        "openai,invalid,true,1",
        "openai,ok,true,2",
    ]


def test_a_used_up_quota_fails_the_run_and_a_later_one_goes_on(server: FaultServer, tmp_path: Path) -> None:
    home = tmp_path / "home"
    lands(home, "none", "quota:once", "none")
    stopped = lodestar(home, server, "run", "--labeler", "openai", CONCURRENCY="1")
    assert stopped.returncode == 1
    assert "insufficient_quota" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert server.paid.total() == 1
    assert lodestar(home, server, "run", "--labeler", "openai").returncode == 0
    assert server.paid.total() == len(server.paid) == 3


def test_submit_collect_and_run(tmp_path: Path) -> None:
    home = tmp_path / "home"
    lands(home, "none", "500:once", "none", "label")
    with batch_fault_server() as server:
        assert lodestar(home, server, "run").returncode == 0
        assert "US dollars, batch" in lodestar(home, server, "classify", "--plan").stdout
        assert "submitted             4" in lodestar(home, server, "classify", "--submit").stdout
        planned = lodestar(home, server, "classify", "--plan").stdout.splitlines()
        assert {"  in an open batch    4", "  to send             0"} <= set(planned)
        assert lodestar(home, server, "run", "--labeler", "openai").returncode == 0
        assert server.received.total() == 0

        collected = lodestar(home, server, "classify", "--collect")
        assert {"batches collected     1", "asked again           1", "ok                    2"} <= set(
            collected.stdout.splitlines()
        )
        assert lodestar(home, server, "run", "--labeler", "openai").returncode == 0
        question = "select status, count(*) as n from core.labels where is_current group by all order by all"
        found = lodestar(home, server, "query", question, "--format", "csv").stdout
        assert found.replace('"', "").splitlines()[1:] == ["invalid,1", "ok,3"]
        assert max(server.paid.values()) == 1
        both = lodestar(home, server, "classify", "--submit", "--collect")
        assert (both.returncode, "one of --plan" in both.stderr) == (2, True)


def test_a_cap_is_shared_by_all_days_of_a_run(server: FaultServer, tmp_path: Path) -> None:
    """Two weeks with three weeks between them are rebuilt apart, and drawn from alike."""
    home = tmp_path / "home"
    with workspace_at(home) as workspace:
        land(
            workspace,
            "1.jsonl",
            [
                call(f"c{month}-{n}", f"2026-{month}-05T10:00:{n:02}Z", turns=[caller(f"please help me {n} {month}")])
                for month in ("09", "10")
                for n in range(30)
            ],
        )
    ran = lodestar(home, server, "run", "--labeler", "openai", MAX_USD_PER_RUN="0.015")
    assert ran.returncode == 0, ran.stderr
    question = (
        "select month(started_at) as month, count(*) filter (status = 'ok') as taken, count(*) as n,"
        " min(selection_probability) as p, max(selection_probability) as same"
        " from core.labels join core.calls using (call_id) where is_current group by all order by all"
    )
    found = lodestar(home, server, "query", question, "--format", "csv").stdout.replace('"', "").splitlines()[1:]
    strata = [[float(value) for value in line.split(",")] for line in found]
    assert [stratum[2] for stratum in strata] == [30, 30]
    assert len({p for *_, low, high in strata for p in (low, high)}) == 1
    for _, taken, n, probability, _ in strata:
        assert 0 < taken < n
        assert abs(taken - n * probability) <= 1


def test_before_any_call_a_plan_says_what_to_do(server: FaultServer, tmp_path: Path) -> None:
    planned = lodestar(tmp_path / "home", server, "classify", "--plan", key="")
    assert (planned.returncode, "no calls yet" in planned.stdout) == (0, True)


def test_without_key_or_price_nothing_is_read(server: FaultServer, tmp_path: Path) -> None:
    home = tmp_path / "home"
    lands(home, "none")
    keyless = lodestar(home, server, "run", "--labeler", "openai", key="")
    assert (keyless.returncode, "OPENAI_API_KEY" in keyless.stderr) == (2, True)
    unpriced = lodestar(home, server, "run", "--labeler", "openai", MODEL="unheard-of", MAX_USD_PER_RUN="1")
    assert (unpriced.returncode, "price book" in unpriced.stderr) == (2, True)
    assert "reading the landing folder" not in keyless.stderr + unpriced.stderr
