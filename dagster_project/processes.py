"""Which process works on a run: a run whose process is gone was killed and is closed, so that nothing waits for it."""

import os
import socket
from pathlib import Path

import dagster as dg

_PROCESS = "lodestar/process"
#: Marks the runs of which a run of the pipeline consists.
PART_OF_PIPELINE = "lodestar/part_of_pipeline"
_OPEN = [
    dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]  # fmt: skip


def process_tags() -> dict[str, str]:
    """Tags that name this process: host, id and start, since ids are used again."""
    return {_PROCESS: f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"}


def inline_tags() -> dict[str, str]:
    """Tags of a run inside this process: the next run of the pipeline repeats it, the daemon cannot."""
    return process_tags() | {PART_OF_PIPELINE: "yes", "dagster/max_retries": "0"}


def close_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark runs of this host as failed whose process is gone; returns their ids."""
    closed = []
    for run in instance.get_runs(dg.RunsFilter(statuses=_OPEN)):
        if _is_dead(run.tags.get(_PROCESS, "")):
            instance.report_run_failed(run, "the process of this run is gone: killed, or the machine went down")
            closed.append(run.run_id)
    return closed


def _is_dead(process: str) -> bool:
    host, _, rest = process.partition(" ")
    pid, _, started = rest.partition(" ")
    return host == socket.gethostname() and _started(int(pid)) != started


def _started(pid: int) -> str:
    """Start of a process in clock ticks since boot (proc(5), field 22); empty where it is gone or cannot be told."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
