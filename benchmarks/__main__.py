"""`make bench`: whole processes, measured in CPU seconds and peak memory; every promise as a ratio beside its limit.

`python -m benchmarks --calls 400000` measures the large ingest at the size that the memory is promised for (5 GB on
disk).
"""

import argparse
import tempfile

from benchmarks import coverage, ingestion, labeling, truth, year_scale


def main() -> None:
    """Print the figures of all benchmarks."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--calls", type=int, default=ingestion.LARGE_CALLS, help="size of the large set")
    ingestion.measure(parser.parse_args().calls)
    labeling.main()
    year_scale.measure()
    coverage.main()
    with tempfile.TemporaryDirectory() as folder:
        truth.main(folder)


if __name__ == "__main__":
    main()
