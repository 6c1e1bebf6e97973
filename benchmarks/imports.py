"""`python -m benchmarks.imports [run]`: only the imports of an ingest, or of a run that finds nothing new."""

import importlib
import sys

_INGEST = ("benchmarks.ingest",)
_RUN = ("dagster_project.cli", "analytics.workspace", "analytics.publish.standing", "analytics.publish.snapshot")

if __name__ == "__main__":
    for module in _RUN if sys.argv[1:] == ["run"] else _INGEST:
        importlib.import_module(module)
