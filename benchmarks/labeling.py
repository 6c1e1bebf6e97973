"""Labeling by a model against raw aiohttp posting the same bytes: CPU per request, and memory over many calls.

All run as whole processes. What starting costs is taken off by a second run with few calls, and what making the bytes
costs by a run that only makes them.
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
    """Print ratios of CPU time per request, and the peak memory of 20 000 calls to that of 4 000."""
    with answering() as base_url:
        pair = (FEW, MANY)
        sizes = {"bodies": pair, "raw": pair, "client": pair, "labeling": (*pair, MOST)}
        costs = alternated(
            {
                f"{what} {calls}": ("benchmarks.asking", what, base_url, str(calls))
                for what, numbers in sizes.items()
                for calls in numbers
            },
            rounds=3,
        )
    made_ms = _cpu_ms(costs, "bodies")
    raw_ms, client_ms, all_ms = (_cpu_ms(costs, what) - made_ms for what in ("raw", "client", "labeling"))
    for name, cpu_ms in (("client", client_ms), ("with journal", all_ms)):
        sys.stdout.write(f"{name:<14}{cpu_ms / raw_ms:6.2f} x raw aiohttp ({cpu_ms:.2f} ms CPU a request)\n")
    few, most = costs[f"labeling {MANY}"].peak_mb, costs[f"labeling {MOST}"].peak_mb
    sys.stdout.write(f"{'':<14}{most / few:6.2f} x the memory for {MOST / MANY:.0f} x the calls {most:7.0f} MB peak\n")


def _cpu_ms(costs: dict[str, Cost], what: str) -> float:
    return (costs[f"{what} {MANY}"].cpu_s - costs[f"{what} {FEW}"].cpu_s) / (MANY - FEW) * 1000


if __name__ == "__main__":
    main()
