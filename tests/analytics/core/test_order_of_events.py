"""Events are numbered by offset, then by content: inside the array of one row, by windows where there are more."""

import random
from pathlib import Path
from typing import Any

from tests.pipeline import call, land, refresh, rows, workspace_at


def numbered(chance: random.Random, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same events; some have an id, and some of these the id of another."""
    ids = [None, None, *(str(n) for n in range(chance.choice([4, 400])))]
    return [event | {"id": chance.choice(ids)} for event in events]


def log(chance: random.Random) -> list[dict[str, Any]]:
    """Events with known and unknown offsets, some at the same moment, some equal."""
    offsets = [None, *range(chance.choice([3, 500]))]
    events = [
        {"type": chance.choice(["hold", "dtmf", "silence"]), "offset_ms": chance.choice(offsets), "code": str(n % 4)}
        for n in range(chance.randint(0, 9))
    ]
    return sorted(events, key=lambda event: event["offset_ms"] or 0) if chance.random() < 0.5 else events


def test_one_array_and_line_by_line_give_the_same_numbers(tmp_path: Path) -> None:
    chance = random.Random(5)
    logs = [log(chance) for _ in range(120)]
    logs += [numbered(chance, log(chance)) for _ in range(120)]
    with workspace_at(tmp_path) as workspace:
        for number, events in enumerate(logs):
            calls = [
                call(f"array-{number}", "2026-10-05T10:00:00Z", events=events),
                call(f"lines-{number}", "2026-10-05T10:00:00Z"),
            ]
            lines = [{"record": "event", "call_id": f"lines-{number}"} | event for event in events]
            land(workspace, f"{number}.jsonl", [*calls, *lines])
        refresh(workspace)
        found = rows(workspace, "select * from core.events order by split_part(call_id, '-', 2)::int, seq")
    ways: dict[str, list[dict[str, Any]]] = {"array": [], "lines": []}
    for row in found:
        way, number = row.pop("call_id").removeprefix("native:").split("-")
        ways[way].append(row | {"number": number})
    ids = [[event["id"] for event in events if event.get("id")] for events in logs]
    taken_back = sum(len(given) - len(set(given)) for given in ids)
    assert taken_back > 20
    assert len(ways["array"]) == sum(map(len, logs)) - taken_back
    assert ways["array"] == ways["lines"]
