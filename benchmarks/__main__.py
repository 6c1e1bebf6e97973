"""`make bench`: ingest against DuckDB reading the same file, labeling against raw aiohttp posting the same bytes.

Whole processes, CPU seconds, medians of three rounds.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import labeling
from benchmarks.measure import alternated, cost_of

CALLS = 22_000


def main() -> None:
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


if __name__ == "__main__":
    main()
