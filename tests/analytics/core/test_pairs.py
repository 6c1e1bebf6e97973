"""Core tables by pairs: records that land, and the rows that must stand there afterwards (`tests/pairs/*.yaml`).

A pair says `call: ID` with `at:` for an ordinary eligible call (more keys override it), `row:` for any other record.
Each entry of `given` is one delivery, so that late files can be told; `expect` maps a query to its rows.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pipeline import call, land, refresh, rows, summarise, workspace_at

PAIRS = Path(__file__).parents[2] / "pairs"


def _pairs() -> list[Any]:
    return [
        pytest.param(pair, id=f"{file.stem}: {pair['promise']}")
        for file in sorted(PAIRS.glob("*.yaml"))
        for pair in yaml.safe_load(file.read_text("utf-8"))
    ]


def _record(entry: dict[str, Any]) -> dict[str, Any]:
    if "row" in entry:
        return dict(entry["row"])
    more = {key: value for key, value in entry.items() if key not in ("call", "at")}
    return call(entry["call"], entry["at"], **more)


@pytest.mark.parametrize("pair", _pairs())
def test_pair(pair: dict[str, Any], tmp_path: Path) -> None:
    as_of = datetime.fromisoformat(pair.get("as_of", "2026-11-25T08:00:00Z"))
    labels = {f"native:{name}": label for name, label in pair.get("labels", {}).items()}
    with workspace_at(tmp_path / "home", as_of=as_of, environment=pair.get("environment")) as workspace:
        for number, delivery in enumerate(pair["given"]):
            land(workspace, f"{number}.jsonl", [_record(entry) for entry in delivery])
            refresh(workspace, labels)
        if any("mart." in query for query in pair["expect"]):
            summarise(workspace)
        for query, expected in pair["expect"].items():
            assert [list(row.values()) for row in rows(workspace, query)] == expected, query
