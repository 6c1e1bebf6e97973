"""What a published number may be called against its target: met, missed, or cannot tell."""

from typing import Literal

Judgement = Literal["met", "missed", "cannot tell"]
Direction = Literal["up", "down", "none"]


def judge(
    value: float | None, ci_low: float | None, ci_high: float | None, direction: Direction, target: float
) -> Judgement:
    """The published value against its target; without an interval the value itself is compared.

    Args:
        value: the published value; None where there is none.
        ci_low: lower end of its interval.
        ci_high: upper end of its interval.
        direction: `up` where more is better.
        target: the threshold, in the unit of the value.
    """
    if value is None:
        return "cannot tell"
    if value == 0 == target:
        return "met"  # no interval of a share lies below zero: none at all is what the target asks for
    low = value if ci_low is None else ci_low
    high = value if ci_high is None else ci_high
    worst, best = (low, high) if direction == "up" else (-high, -low)
    goal = target if direction == "up" else -target
    return "met" if worst >= goal else "missed" if best < goal else "cannot tell"
