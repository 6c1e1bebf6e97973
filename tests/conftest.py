"""Shared fixtures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.workspace import Workspace
from tests.pipeline import workspace_at


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty home under its lock."""
    with workspace_at(tmp_path / "home") as opened:
        yield opened
