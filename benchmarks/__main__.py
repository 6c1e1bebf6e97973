"""`make bench`: whole processes, measured in CPU seconds and peak memory.

Ingest against DuckDB reading the same file and labeling against raw aiohttp posting the same bytes (medians of three
rounds), and the exact latency quantiles of a year under
three limits of the engine's memory.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import labeling
from benchmarks.measure import alternated, cost_of

CALLS = 22_000
YEAR_CALLS = 4_200_000
MEMORY_LIMITS = ("500MB", "1GB", "2GB")


def main() -> None:
    """Print the figures of all benchmarks."""
    ingest()
    year()


def ingest() -> None:
    """Print each figure as a ratio to the yardstick of the same run."""
    with tempfile.TemporaryDirectory() as folder:
        plain, packed = Path(folder) / "plain" / "calls.jsonl", Path(folder) / "packed" / "calls.jsonl.gz"
        for file in (plain, packed):
            file.parent.mkdir()
            cost_of("benchmarks.calls", str(file), str(CALLS), "2026-09-07", "2")
        costs = alternated(
            {
                "yardstick": ("benchmarks.yardstick", str(plain)),
                "ingest": ("benchmarks.fresh", str(Path(folder) / "home"), str(plain.parent)),
                "ingest gzip": ("benchmarks.fresh", str(Path(folder) / "home"), str(packed.parent)),
            },
            rounds=3,
        )
        shutil.rmtree(Path(folder) / "home", ignore_errors=True)
    base = costs["yardstick"].cpu_s
    for name, cost in costs.items():
        sys.stdout.write(f"{name:<14}{cost.cpu_s / base:6.2f} x yardstick   {cost.peak_mb:7.0f} MB peak\n")
    labeling.main()


def year() -> None:
    """Print what a year of latencies takes under each limit of the engine's memory; a limit that does not do fails."""
    with tempfile.TemporaryDirectory() as folder:
        written = cost_of("benchmarks.year", folder, str(YEAR_CALLS))
        for limit in MEMORY_LIMITS:
            built = cost_of(
                "benchmarks.year", folder, environment=os.environ | {"LODESTAR_ENGINE__MEMORY_LIMIT": limit}
            )
            ratio = built.cpu_s / written.cpu_s
            sys.stdout.write(f"year {limit:<9}{ratio:6.2f} x writing it  {built.peak_mb:7.0f} MB peak\n")


if __name__ == "__main__":
    main()
