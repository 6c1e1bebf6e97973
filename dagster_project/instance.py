"""The scheduler's home: run history that stays, one writer at a time, telemetry off from the first start."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from dagster_project.processes import close_dead_runs

#: While it stands in the first line, the file is ours to write again; delete it to keep settings of your own.
_OURS = "# written by lodestar at every start; delete this line to keep your own settings\n"
# Telemetry needs both switches: the file also stops the web page's own call home, the variable older queued uploads.
# Pools are counted by run: a run that would have to wait for the writer stays in the queue and takes no memory.
_CONFIG = f"""\
{_OURS}telemetry:
  enabled: false
concurrency:
  pools:
    default_limit: 1
    granularity: run
run_monitoring:
  enabled: true
  max_runtime_seconds: 21600
  free_slots_after_run_end_seconds: 300
run_retries:
  enabled: true
  max_retries: 1
  retry_on_asset_or_op_failure: false
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: {{skipped: 2, failure: 30, success: 90}}
"""


def prepare_instance(folder: Path) -> dict[str, str]:
    """Write `dagster.yaml` unless it was made somebody's own; returns the environment that Dagster needs."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "dagster.yaml"
    if not config.exists() or config.read_text("utf-8").startswith(_OURS):
        config.write_text(_CONFIG, "utf-8")
    return {"DAGSTER_HOME": str(folder), "DAGSTER_DISABLE_TELEMETRY": "1", "GX_ANALYTICS_ENABLED": "False"}


@contextmanager
def open_instance(folder: Path) -> Iterator[dg.DagsterInstance]:
    """The instance of a home, with its run history; runs that were killed are closed."""
    os.environ.update(prepare_instance(folder))
    with dg.DagsterInstance.get() as instance:
        close_dead_runs(instance)
        yield instance
