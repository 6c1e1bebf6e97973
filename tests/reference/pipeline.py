"""Run the real pipeline in its own process and read what it published."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reference.rules import Rules

Row = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """The snapshot of one home."""

    home: Path

    @property
    def exists(self) -> bool:
        return (self.home / "warehouse" / "analytics.duckdb").exists()

    def rows(self, statement: str) -> list[Row]:
        with duckdb.connect(str(self.home / "warehouse" / "analytics.duckdb"), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            result = connection.execute(statement)
            names = [column[0] for column in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


TABLES = (
    *("core.calls", "core.turns", "core.events", "core.tool_calls", "core.cost_items", "core.surveys", "core.labels"),
    *("core.human_labels", "core.cases", "core.case_calls", "mart.kpi_week", "mart.kpi_day", "mart.cost_week"),
    *("mart.latency_week", "meta.files", "meta.quarantine"),
)


def everything(published: Published) -> dict[str, list[str]]:
    """Every row of every table that must not change when nothing new is there."""
    return {table: sorted(map(repr, published.rows(f"SELECT * FROM {table}"))) for table in TABLES}


def attempt(home: Path, landing: Path, rules: Rules) -> subprocess.CompletedProcess[str]:
    """One `lodestar run`; every line may be in quarantine without stopping the publication."""
    environment = os.environ | {"LODESTAR_QUALITY__MAX_QUARANTINED_SHARE": "1"} | rules.environment
    arguments = ["run", "--home", str(home), "--landing", str(landing), "--as-of", rules.as_of.isoformat()]
    command = [sys.executable, "-m", "dagster_project.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def run(home: Path, landing: Path, rules: Rules) -> Published:
    """One that must publish."""
    done = attempt(home, landing, rules)
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout[-1000:]}\n{done.stderr[-1500:]}"
    return Published(home)
