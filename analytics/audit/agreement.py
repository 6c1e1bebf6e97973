"""Agreement between two reviewers of the same cases: Cohen's kappa and Gwet's AC1."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from analytics.labeling.agreement import cohen_kappa, confusion

HANDLED = ("yes", "no", "cannot tell")
NPS_CLASSES = ("detractor", "passive", "promoter", "cannot tell")


class Agreement(Struct, frozen=True):
    """How far two reviewers agree on n cases; None: it cannot be computed."""

    n: int
    share: float | None
    kappa: float | None
    ac1: float | None


def agreement(first: Sequence[str], second: Sequence[str], categories: Sequence[str]) -> Agreement:
    """Share of equal answers, Cohen's kappa and Gwet's AC1 of paired answers."""
    if not first:
        return Agreement(0, None, None, None)
    kappa = cohen_kappa(confusion(first, second))
    equal = sum(one == other for one, other in zip(first, second, strict=True)) / len(first)
    return Agreement(len(first), equal, kappa.value if kappa else None, gwet_ac1(first, second, categories))


def gwet_ac1(first: Sequence[str], second: Sequence[str], categories: Sequence[str]) -> float:
    """Gwet's AC1 = (po - pe) / (1 - pe), with pe = sum_k q_k (1 - q_k) / (K - 1).

    q_k is the mean share of category k over both reviewers, K the number of categories that can be answered, used or
    not. It stays sensible where nearly all answers are equal, where kappa falls to 0: K. L. Gwet, "Computing
    inter-rater reliability and its variance in the presence of high agreement", British Journal of Mathematical and
    Statistical Psychology 61 (2008) 29-48.
    """
    shares = np.array([(first.count(name) + second.count(name)) / (2 * len(first)) for name in categories])
    by_chance = float((shares * (1 - shares)).sum()) / (len(categories) - 1)
    observed = sum(one == other for one, other in zip(first, second, strict=True)) / len(first)
    return (observed - by_chance) / (1 - by_chance)
