"""What a page was made of, beside it as JSON: run, clock, definitions, and the checksum of every file."""

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from analytics.metrics.registry import registry
from dashboards import wording
from dashboards.edition import Edition


def manifest(edition: Edition, files: Iterable[Path], root: Path) -> str:
    """The manifest of one page; `files` are those that belong to it, told relative to `root`."""
    star = edition.total("north_star")
    run = edition.publication.newest_run
    content = {
        "week": wording.iso_week(edition.week),
        "status": star.status,
        "run_id": run.run_id if run else None,
        "as_of": edition.publication.as_of.isoformat(),
        "lodestar": _version(),
        "timezone": edition.settings.reporting.timezone,
        "estimator": star.estimator,
        "definitions": {metric.id: metric.version for metric in registry().values()},
        "labelers": sorted({one.labeler_version for one in edition.publication.judged if one.week == edition.week}),
        "targets": edition.settings.targets.model_dump(mode="json"),
        "sha256": {file.relative_to(root).as_posix(): _sha256(file) for file in sorted(files)},
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _version() -> str | None:
    try:
        return version("lodestar-calls")
    except PackageNotFoundError:
        return None
