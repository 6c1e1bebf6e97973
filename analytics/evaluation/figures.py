"""How far answers agree with people's verdicts: pure functions of pairs. What cannot be computed is None, never 0."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import fsum

from msgspec import Struct, structs

from analytics.labeling.agreement import Confusion, Estimate, cohen_kappa, confusion, macro_f1, wilson

#: The answer that decides nothing.
UNCLEAR = "unclear"


class Pair(Struct, frozen=True):
    """A person's verdict and an answer about the same call or case; None: there is no answer.

    `weight` is 1 / the probability with which the call or case was drawn for review; 1 where nothing was drawn.
    """

    truth: str
    answer: str | None
    weight: float = 1.0

    @property
    def decided(self) -> bool:
        """Whether the answer says anything."""
        return self.answer not in (None, UNCLEAR)

    @property
    def hit(self) -> bool:
        """Whether the answer is the verdict."""
        return self.answer == self.truth


class Cell(Struct, frozen=True):
    """A cell of the confusion matrix: n pairs (not weighted) with this verdict and answer."""

    truth: str
    answer: str | None
    n: int


class ClassFigures(Struct, frozen=True):
    """One class against all others, where the answer decides. `sensitivity` is recall; `precision` its reverse."""

    name: str
    sensitivity: Estimate | None
    specificity: Estimate | None
    precision: Estimate | None


class Figures(Struct, frozen=True):
    """Figures of n pairs, with 95 % intervals; all but `decided` and `kappa_of_all` are over the decided ones.

    `kappa_of_all` counts an answer that decides nothing, or none, as a wrong class of its own.
    """

    n: int
    decided: Estimate | None
    accuracy: Estimate | None
    macro_f1: Estimate | None
    kappa: Estimate | None
    kappa_of_all: Estimate | None


def figures(pairs: Sequence[Pair]) -> Figures:
    """The figures of all pairs together."""
    decided = [pair for pair in pairs if pair.decided]
    return Figures(
        n=len(pairs),
        decided=share(pairs, lambda pair: pair.decided),
        accuracy=share(decided, lambda pair: pair.hit),
        macro_f1=_of_table(macro_f1, decided),
        kappa=_of_table(cohen_kappa, decided),
        kappa_of_all=_of_table(cohen_kappa, pairs),
    )


def classes(pairs: Sequence[Pair]) -> list[ClassFigures]:
    """The figures of every class that occurs among decided pairs, by name."""
    decided = [pair for pair in pairs if pair.decided]
    names = sorted({pair.truth for pair in decided} | {str(pair.answer) for pair in decided})
    return [_class_figures(name, decided) for name in names]


def matrix(pairs: Sequence[Pair]) -> list[Cell]:
    """The cells that are not empty, by verdict and answer."""
    counted = Counter((pair.truth, pair.answer) for pair in pairs)
    return [Cell(*key, n) for key, n in sorted(counted.items(), key=lambda item: (item[0][0], item[0][1] or ""))]


def share(pairs: Sequence[Pair], holds: Callable[[Pair], bool]) -> Estimate | None:
    """Weighted share of the pairs for which something holds; n is their number.

    The interval is Wilson's at Kish's effective number of cases (see `confusion`).
    """
    if not pairs:
        return None
    total = fsum(pair.weight for pair in pairs)
    effective = total**2 / fsum(pair.weight**2 for pair in pairs)
    held = fsum(pair.weight for pair in pairs if holds(pair)) / total
    return _with_n(wilson(held * effective, effective), len(pairs))


def _class_figures(name: str, decided: Sequence[Pair]) -> ClassFigures:
    own = [pair for pair in decided if pair.truth == name]
    others = [pair for pair in decided if pair.truth != name]
    answered = [pair for pair in decided if pair.answer == name]
    return ClassFigures(
        name=name,
        sensitivity=share(own, lambda pair: pair.hit),
        specificity=share(others, lambda pair: pair.answer != name),
        precision=share(answered, lambda pair: pair.hit),
    )


def _of_table(figure: Callable[[Confusion], Estimate | None], pairs: Sequence[Pair]) -> Estimate | None:
    answers = [UNCLEAR if pair.answer is None else pair.answer for pair in pairs]
    table = confusion([pair.truth for pair in pairs], answers, [pair.weight for pair in pairs])
    return _with_n(figure(table), len(pairs))


def _with_n(estimate: Estimate | None, n: int) -> Estimate | None:
    return None if estimate is None else structs.replace(estimate, n=n)
