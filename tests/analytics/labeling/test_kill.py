"""A payment ledger on the other side: a kill at any moment costs the requests in flight and nothing else."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analytics.labeling.journal import Journal
from tests.analytics.labeling.fault_server import FaultServer, fault_server
from tests.analytics.labeling.remote_calls import conversation, remote_labeler, statuses

ROOT = Path(__file__).parents[3]
CALLS, WORKERS, KILLS = 300, 6, 4


def asking(folder: Path, server: FaultServer) -> subprocess.Popen:
    arguments = [str(folder), server.base_url, str(CALLS), str(WORKERS)]
    return subprocess.Popen([sys.executable, "-m", "tests.analytics.labeling.asking_process", *arguments], cwd=ROOT)


@pytest.mark.slow
def test_a_kill_pays_again_for_at_most_the_requests_in_flight(tmp_path: Path) -> None:
    chance = random.Random(3)
    with fault_server(delay_s=0.05) as server:
        for kill in range(1, KILLS + 1):
            before = server.received.total()
            process = asking(tmp_path, server)
            while server.received.total() < before + 10 and process.poll() is None:
                time.sleep(0.005)
            time.sleep(chance.random() * 0.3)
            process.kill()
            process.wait()
            time.sleep(0.1)
            assert server.received.total() - len(server.received) <= kill * (WORKERS + 1)
        assert asking(tmp_path, server).wait(60) == 0
        assert len(server.received) == CALLS
        assert server.received.total() - CALLS <= KILLS * (WORKERS + 1)
    calls = [conversation(f"native:{n}", f"please help me {n}") for n in range(CALLS)]
    assert set(statuses(remote_labeler(tmp_path), calls)) == {"ok"}
    with Journal.open(tmp_path / "labels.sqlite") as journal:
        lost = journal.spent_nano_usd() - sum(
            entry.cost_nano_usd or 0
            for entry in journal.entries(contents(calls), remote_labeler(tmp_path).version).values()
        )
    assert lost > 0, "a request that was in flight at a kill counts as paid"


def contents(calls: list) -> list[bytes]:
    labeler = remote_labeler(Path())
    return [labeler._prompt.message(call).sha256 for call in calls]
