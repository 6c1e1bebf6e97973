"""What a labeler has to beat: the class that is most frequent, and the last tool result that says what became of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import structs

from analytics.evaluation.figures import UNCLEAR, Pair
from analytics.labeling.interface import ToolUse
from analytics.labeling.tool_results import tool_verdicts

#: The answers of the tool rule (confirmed, not confirmed), where the question is about the caller's need.
TOOL_ANSWERS: Mapping[str, tuple[str, str]] = {
    "resolved": ("resolved", "not_resolved"),
    "outcome": ("resolved", "unresolved"),
    "handled": ("handled", "not_handled"),
}


def majority_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """Always the most frequent verdict of the same pairs (of equally frequent ones the first by name)."""
    weights: defaultdict[str, float] = defaultdict(float)
    for pair in pairs:
        weights[pair.truth] += pair.weight
    answer = min(weights, key=lambda name: (-weights[name], name), default=None)
    return [structs.replace(pair, answer=answer) for pair in pairs]


def tool_confirmed(tools: Sequence[ToolUse]) -> bool | None:
    """The tool-evidence rule: whether the last result of a tool that writes was confirmed; None without such a tool."""
    written = [tool.verdict for tool in tool_verdicts(tools) if tool.kind == "writes"]
    return written[-1] == "confirmed" if written else None


def tool_answer(question: str, confirmed: bool | None) -> str:
    """The rule's answer to a question of `TOOL_ANSWERS`; unclear where no tool wrote."""
    if confirmed is None:
        return UNCLEAR
    return TOOL_ANSWERS[question][0 if confirmed else 1]
