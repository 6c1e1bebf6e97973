"""Nothing outside of the machine is contacted: a whole run with every socket beyond the loopback denied."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline import call, land, workspace_at

pytestmark = pytest.mark.slow

#: Runs before anything else is imported; what is denied is written down and raised.
GUARD = """
import ipaddress, pathlib, socket, sys
LOG = pathlib.Path(sys.argv.pop(1))
def audit(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    try:
        if host in (None, "localhost") or ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    with LOG.open("a") as log:
        print(event, host, file=log)
    raise OSError(f"{event} {host}: denied")
sys.addaudithook(audit)
"""


def guarded(tmp_path: Path, code: str, *arguments: str) -> tuple[subprocess.CompletedProcess[str], str]:
    log = tmp_path / "denied.txt"
    command = [sys.executable, "-c", GUARD + code, str(log), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ), cwd=tmp_path)
    return done, log.read_text() if log.exists() else ""


def test_the_guard_sees_a_call_home(tmp_path: Path) -> None:
    _, denied = guarded(tmp_path, "import urllib.request; urllib.request.urlopen('http://telemetry.example')")
    assert denied == "socket.getaddrinfo telemetry.example\n"


def test_a_run_with_its_contract_contacts_nobody(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        land(workspace, "1.jsonl", [call(f"c{n}", "2026-10-05T10:00:00Z") for n in range(3)])
    run = "import sys; from dagster_project.cli import main; main()"
    done, denied = guarded(tmp_path, run, "run", "--home", str(tmp_path / "home"), "--as-of", "2026-11-10T00:00:00Z")
    assert (done.returncode, denied) == (0, ""), done.stderr
    assert "contract_calls" in (tmp_path / "home" / "ledger" / "ledger.sqlite").read_bytes().decode("latin-1")
