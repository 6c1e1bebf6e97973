"""`python -m benchmarks.fresh HOME LANDING`: the ingest benchmark on a home that does not exist yet."""

import shutil
import sys

from benchmarks.ingest import main

if __name__ == "__main__":
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    main(*sys.argv[1:])
