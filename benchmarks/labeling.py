"""Labeling by a model against raw aiohttp posting the same bytes: CPU per request, and memory over many calls.

Both run as whole processes; what starting costs is taken off by a second run with few calls.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.measure import Cost, alternated

FEW, MANY, MOST = 64, 4_000, 20_000


@contextmanager
def answering() -> Iterator[str]:
    """The address of a server in a process of its own; it ends with the block."""
    command = [sys.executable, "-m", "benchmarks.answering"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        server.stdin.close()


def main() -> None:
    """Print the ratio of CPU time per request, and the peak memory of a run of 20 000 calls to that of 4 000."""
    with answering() as base_url:
        sizes = {"raw": (FEW, MANY), "labeling": (FEW, MANY, MOST)}
        costs = alternated(
            {
                f"{client} {calls}": ("benchmarks.asking", client, base_url, str(calls))
                for client, numbers in sizes.items()
                for calls in numbers
            },
            rounds=3,
        )
    raw_ms, ours_ms = _cpu_ms(costs, "raw"), _cpu_ms(costs, "labeling")
    sys.stdout.write(f"{'labeling':<14}{ours_ms / raw_ms:6.2f} x raw aiohttp ({ours_ms:.2f} ms CPU a request)\n")
    few, most = costs[f"labeling {MANY}"].peak_mb, costs[f"labeling {MOST}"].peak_mb
    sys.stdout.write(f"{'':<14}{most / few:6.2f} x the memory for {MOST / MANY:.0f} x the calls {most:7.0f} MB peak\n")


def _cpu_ms(costs: dict[str, Cost], client: str) -> float:
    return (costs[f"{client} {MANY}"].cpu_s - costs[f"{client} {FEW}"].cpu_s) / (MANY - FEW) * 1000


if __name__ == "__main__":
    main()
