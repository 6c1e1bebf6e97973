"""What stands before a turn is found inside the array where that is simple, by windows elsewhere: with one result."""

import random
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline import call, land, refresh, rows, workspace_at

SPEAKERS = ("caller", "agent", "caller", "agent", "human_agent", "system")


def conversation(chance: random.Random) -> list[dict[str, Any]]:
    """Turns in the order of their seq, with gaps, with unknown times and with every kind of neighbour."""
    turns = []
    for seq in sorted(chance.sample(range(40), chance.randint(0, 14))):
        start = chance.choice([None, chance.randint(-50, 70_000)])
        end = chance.choice([None, (start or 0) + chance.randint(-500, 4_000)])
        turn = {"seq": seq, "speaker": chance.choice(SPEAKERS), "start_ms": start, "end_ms": end}
        turns.append(turn | {"latency": {"ttft_ms": chance.choice([None, 900])}})
    return turns


def test_inline_in_order_out_of_order_and_line_by_line_give_the_same_turns(tmp_path: Path) -> None:
    chance = random.Random(7)
    conversations = [conversation(chance) for _ in range(120)]
    with workspace_at(tmp_path) as workspace:
        for number, turns in enumerate(conversations):
            shuffled = chance.sample(turns, len(turns))
            ways = {"in-order": turns, "shuffled": shuffled, "lines": []}
            calls = [call(f"{way}-{number}", "2026-10-05T10:00:00Z", turns=inline) for way, inline in ways.items()]
            lines = [{"record": "turn", "call_id": f"lines-{number}"} | turn for turn in shuffled]
            land(workspace, f"{number}.jsonl", [*calls, *lines])
        refresh(workspace)
        columns = "* exclude (call_id), split_part(call_id, '-', -1)::int as n, replace(call_id, 'in-order', 'inorder')"
        found = rows(workspace, f"select {columns} as way from core.turns order by n, seq")
    by_way: dict[str, list[dict[str, Any]]] = {"native:inorder": [], "native:shuffled": [], "native:lines": []}
    for row in found:
        by_way[row.pop("way").split("-")[0]].append(row)
    in_order, shuffled_, lines_ = by_way.values()
    assert sum(row["answers"] for row in in_order) > 50
    assert sum(row["ttft_valid"] for row in in_order) > 10
    assert in_order == shuffled_ == lines_


def test_of_turns_with_one_seq_in_an_array_the_last_counts(tmp_path: Path) -> None:
    chance = random.Random(9)
    conversations = [conversation(chance) for _ in range(60)]
    with workspace_at(tmp_path) as workspace:
        for number, turns in enumerate(conversations):
            earlier = [turn | {"speaker": chance.choice(SPEAKERS), "text": "taken back"} for turn in turns]
            ways = {"once": turns, "twice": chance.sample(earlier, len(turns)) + chance.sample(turns, len(turns))}
            calls = [call(f"{way}-{number}", "2026-10-05T10:00:00Z", turns=inline) for way, inline in ways.items()]
            land(workspace, f"{number}.jsonl", calls)
        refresh(workspace)
        once, twice = (
            rows(workspace, f"select * exclude (call_id), split_part(call_id, '-', 2)::int as n from core.turns"
                 f" where call_id like '%{way}%' order by n, seq")
            for way in ("once", "twice")
        )  # fmt: skip
    assert len(once) == sum(map(len, conversations))
    assert once == twice


@pytest.mark.parametrize("callers", [1, 511, 512, 513, 900])
def test_an_agent_turn_is_cut_short_however_much_the_caller_says(tmp_path: Path, callers: int) -> None:
    said = [{"speaker": "caller", "start_ms": 1_000 + n, "end_ms": 5_000 + n} for n in range(callers)]
    agent = {"speaker": "agent", "latency": {"ttft_ms": 900}}
    ends = {"cut": 9_000_000, "heard": 900}
    with workspace_at(tmp_path) as workspace:
        for name, end in ends.items():
            turns = [agent | {"start_ms": 0, "end_ms": end}, *said, agent | {"start_ms": 20_000}]
            numbered = [turn | {"seq": seq} for seq, turn in enumerate(turns)]
            land(workspace, f"{name}.jsonl", [call(name, "2026-10-05T10:00:00Z", turns=numbered)])
        refresh(workspace)
        found = rows(workspace, "select call_id, ttft_valid from core.turns where answers order by 1")
    assert found == [{"call_id": "native:cut", "ttft_valid": False}, {"call_id": "native:heard", "ttft_valid": True}]


def test_a_call_of_thousands_of_turns_is_no_burden(tmp_path: Path) -> None:
    turns = [{"seq": seq, "speaker": "agent" if seq % 3 else "caller", "start_ms": seq * 10} for seq in range(20_000)]
    with workspace_at(tmp_path) as workspace:
        land(workspace, "1.jsonl", [call("long", "2026-10-05T10:00:00Z", turns=turns)])
        refresh(workspace)
        assert rows(workspace, "select count(*) filter (answers) as n from core.turns") == [{"n": 6_667}]
