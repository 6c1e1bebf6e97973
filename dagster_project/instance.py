"""The scheduler's home: run history that stays, telemetry off from the first start."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

# Both switches are needed: the file also stops the web page's own call home, the variable stops older queued uploads.
_CONFIG = """\
telemetry:
  enabled: false
run_monitoring:
  enabled: true
  max_runtime_seconds: 7200
run_retries:
  enabled: true
  max_retries: 1
  retry_on_asset_or_op_failure: false
"""


def prepare_instance(folder: Path) -> dict[str, str]:
    """Write `dagster.yaml` where there is none; returns the environment that Dagster needs."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "dagster.yaml"
    if not config.exists():
        config.write_text(_CONFIG, "utf-8")
    return {"DAGSTER_HOME": str(folder), "DAGSTER_DISABLE_TELEMETRY": "1"}


@contextmanager
def open_instance(folder: Path) -> Iterator[dg.DagsterInstance]:
    """The instance of a home, with its run history."""
    os.environ.update(prepare_instance(folder))
    with dg.DagsterInstance.get() as instance:
        yield instance
