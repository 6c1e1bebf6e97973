"""Every saved query says what it answers, runs on the published file, and returns the columns that it names."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from analytics.metrics.registry import registry
from analytics.publish.snapshot import open_snapshot
from analytics.publish.warehouse import publish_warehouse
from analytics.shipped import shipped
from tests.pipeline import call, land, refresh, summarise, workspace_at

QUERIES = sorted((shipped("sql") / "queries").glob("*.sql"))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with workspace_at(tmp_path_factory.mktemp("queries") / "home") as workspace:
        land(workspace, "1.jsonl", [call(f"c{n}", "2026-10-05T10:00:00Z") for n in range(30)])
        refresh(workspace)
        summarise(workspace)
        publish_warehouse(workspace)
        with open_snapshot(workspace.home) as connection:
            yield connection


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_a_saved_query_keeps_what_its_header_says(file: Path, snapshot: duckdb.DuckDBPyConnection) -> None:
    text = file.read_text("utf-8")
    header = re.match(r"-- question: (.+\?)\n-- metric: (.+)\n-- columns: (.+)\n", text)
    assert header is not None
    assert header[2] == "all" or set(header[2].split(", ")) <= set(registry())
    assert snapshot.sql(text).columns == header[3].split(", ")
