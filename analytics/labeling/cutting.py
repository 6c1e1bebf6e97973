"""The written rule by which a long call is cut: on turn boundaries, head and tail stay, the middle goes.

The outcome stands at the end of a call and the need at its start. With a limit of L bytes (UTF-8, JSON): a call whose
turns and tools fit into L stays whole. Else a turn's text keeps its first L/8 bytes (`cut`), turns from the start stay
while they fit into 25 % of L and turns from the end while they fit into 60 %, with a marker `removed_turns` between
them; the latest tools stay while they fit into the last 15 %, with a marker `removed_tools` before them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from analytics.labeling.interface import Conversation, SpokenTurn, ToolUse

#: Part of the labeler's version: change it with the rule.
CUTTING_RULE = "head-25-tail-60-tools-15-turn-12.5"
_HEAD, _TAIL, _TOOLS, _TURN = 0.25, 0.60, 0.15, 0.125

Element = dict[str, Any]


class Excerpt(Struct, frozen=True):
    """What of a call is sent; `kept_share` is the share of its spoken bytes, 0 to 1."""

    turns: list[Element]
    tools: list[Element]
    kept_share: float


def excerpt(conversation: Conversation, max_bytes: int) -> Excerpt:
    """The call as it is sent, at most about `max_bytes` long."""
    turns = [_turn(turn) for turn in conversation.turns if turn.text]
    tools = [_tool(tool) for tool in conversation.tools]
    if len(msgspec.json.encode((turns, tools))) <= max_bytes:
        return Excerpt(turns, tools, 1.0)
    short = [_shortened(turn, int(max_bytes * _TURN)) for turn in turns]
    head = short[: _fitting(short, max_bytes * _HEAD)]
    behind = short[len(head) :]
    tail = _last(behind, max_bytes * _TAIL)
    kept = [*head, *_marker("removed_turns", len(behind) - len(tail)), *tail]
    used = _last([_short_result(tool, int(max_bytes * _TURN)) for tool in tools], max_bytes * _TOOLS)
    return Excerpt(kept, [*_marker("removed_tools", len(tools) - len(used)), *used], _share(kept, turns))


def _turn(turn: SpokenTurn) -> Element:
    return {"seq": turn.seq, "speaker": turn.speaker, "text": turn.text}


def _tool(tool: ToolUse) -> Element:
    return {name: value for name in tool.__struct_fields__ if (value := getattr(tool, name)) is not None}


def _shortened(turn: Element, max_bytes: int) -> Element:
    return (
        turn if len(turn["text"].encode()) <= max_bytes else turn | {"text": _cut(turn["text"], max_bytes), "cut": True}
    )


def _short_result(tool: Element, max_bytes: int) -> Element:
    return tool | {"result": _cut(tool["result"], max_bytes)} if "result" in tool else tool


def _cut(text: str, max_bytes: int) -> str:
    return text.encode()[:max_bytes].decode(errors="ignore")


def _fitting(elements: Iterable[Element], max_bytes: float) -> int:
    """How many elements fit, from the first on."""
    room, count = max_bytes, 0
    for element in elements:
        room -= _size(element)
        if room < 0:
            break
        count += 1
    return count


def _last(elements: Sequence[Element], max_bytes: float) -> Sequence[Element]:
    return elements[len(elements) - _fitting(reversed(elements), max_bytes) :]


def _marker(name: str, removed: int) -> list[Element]:
    return [{name: removed}] if removed else []


def _share(kept: Iterable[Element], turns: Iterable[Element]) -> float:
    return _spoken(kept) / max(_spoken(turns), 1)


def _spoken(turns: Iterable[Element]) -> int:
    return sum(len(turn.get("text", "").encode()) for turn in turns)


def _size(element: Element) -> int:
    return len(msgspec.json.encode(element)) + 1
