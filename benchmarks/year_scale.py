"""The exact latency quantiles of a year under three limits of the engine's memory; a limit that does not do fails."""

import os
import sys
import tempfile

from benchmarks.measure import cost_of

YEAR_CALLS = 4_200_000
MEMORY_LIMITS = ("500MB", "1GB", "2GB")


def measure() -> None:
    """Print what a year of latencies takes under each limit."""
    with tempfile.TemporaryDirectory() as folder:
        written = cost_of("benchmarks.year", folder, str(YEAR_CALLS))
        for limit in MEMORY_LIMITS:
            built = cost_of(
                "benchmarks.year", folder, environment=os.environ | {"LODESTAR_ENGINE__MEMORY_LIMIT": limit}
            )
            ratio = built.cpu_s / written.cpu_s
            sys.stdout.write(f"year {limit:<9}{ratio:6.2f} x writing it  {built.peak_mb:7.0f} MB peak\n")
