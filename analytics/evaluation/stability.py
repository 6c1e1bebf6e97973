"""Flips: the same calls answered twice, by two labeler versions or by one version on two occasions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import sqrt

from msgspec import Struct

from analytics.labeling.agreement import Estimate, wilson
from analytics.labeling.interface import Label

QUESTIONS = ("outcome", "sentiment", "nps_class")
_Z_95 = 1.959963984540054
#: The answer whose share says where the level of a KPI goes.
_GOOD = {"outcome": "resolved", "sentiment": "positive", "nps_class": "neutral_to_positive"}


class Move(Struct, frozen=True):
    """n calls that were answered `before`, and then `after`."""

    before: str
    after: str
    n: int


class Flips(Struct, frozen=True):
    """How often two answers about the same call differ.

    `shift` is the share of `good` answers after less before, with its 95 % interval for paired shares.
    """

    question: str
    n: int
    flips: int
    flip_rate: Estimate | None
    good: str
    shift: Estimate | None
    moves: list[Move]


def flips(question: str, moves: Sequence[Move], min_n: int) -> Flips:
    """The flips of one question; no rate below `min_n` calls."""
    n = sum(move.n for move in moves)
    changed = [move for move in moves if move.before != move.after]
    count = sum(move.n for move in changed)
    good = _GOOD[question]
    enough = n >= min_n
    return Flips(
        question=question,
        n=n,
        flips=count,
        flip_rate=wilson(count, n) if enough else None,
        good=good,
        shift=_shift(changed, good, n) if enough else None,
        moves=sorted(changed, key=lambda move: (-move.n, move.before, move.after)),
    )


def moves_between(question: str, before: Iterable[Label], after: Iterable[Label]) -> list[Move]:
    """The moves between two lists of labels of the same calls; calls without two answers are left out."""
    both = [(old, new) for old, new in zip(before, after, strict=True) if old.status == new.status == "ok"]
    counted = Counter((answer_of(old, question), answer_of(new, question)) for old, new in both)
    return [Move(*answers, n) for answers, n in sorted(counted.items())]


def answer_of(label: Label, question: str) -> str:
    """A label's answer to one of `QUESTIONS`."""
    if question == "nps_class":
        if label.nps_predicted is None:
            return "unclear"
        return "neutral_to_positive" if label.nps_predicted >= 7 else "detractor"
    return str(getattr(label, question))


def _shift(changed: Sequence[Move], good: str, n: int) -> Estimate:
    """Difference of two paired shares, (b - c) / n, with b calls that became good and c that were.

    The interval is Wald's after one call is added to b and c each, so that it has a width where nothing changed: D. G.
    Bonett and R. M. Price, "Adjusted Wald confidence interval for a difference of binomial proportions based on paired
    data", Journal of Educational and Behavioral Statistics 37 (2012) 479-488.
    """
    became = sum(move.n for move in changed if move.after == good)
    were = sum(move.n for move in changed if move.before == good)
    value, centre = (became - were) / n, (became - were) / (n + 2)
    half_width = _Z_95 * sqrt((became + were + 2) / (n + 2) - centre**2) / sqrt(n + 2)
    low, high = min(value, centre - half_width), max(value, centre + half_width)
    return Estimate(value, max(-1.0, low), min(1.0, high), n)
