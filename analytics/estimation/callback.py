"""The customers' own answers: everybody who answered unasked, and a random call-back of those who did not."""

from dataclasses import dataclass
from math import sqrt

from analytics.estimation.difference import Vector, ordered_sum, slope
from analytics.estimation.estimate import Estimate, Refusal

MIN_CALLBACKS = 100


@dataclass(frozen=True)
class CalledBack:
    """The handled cases of one week: who answered unasked, who did not, and how the labels see the latter.

    Attributes:
        answered: cases with an answer that nobody drew.
        answered_good: those of them with 7 or more.
        silent: the other cases.
        silent_labelled: mean label of the silent ones, 0 to 1.
    """

    answered: float
    answered_good: float
    silent: float
    silent_labelled: float


@dataclass(frozen=True)
class Correction:
    """What the call-backs say of the labels of silent customers.

    Attributes:
        slope: lambda.
        offset: mean of y - lambda f, weighted by 1 / probability.
        spread: variance of y - lambda f.
        parts: sum w^2 / (sum w)^2, which is 1 / n without unequal weights.
        n: number of call-backs.
    """

    slope: float
    offset: float
    spread: float
    parts: float
    n: int


def correction(y: Vector, f: Vector, probability: Vector) -> Correction | Refusal:
    """Learn from the random arm.

    Args:
        y: (n,) 1 where a customer of the arm gave 7 or more, who had not answered unasked; trailing weeks.
        f: (n,) label of the same cases; it must not know their answers.
        probability: (n,) with which each was drawn.
    """
    if len(y) < MIN_CALLBACKS:
        return Refusal(f"fewer than {MIN_CALLBACKS} answers in the random call-back arm", len(y))
    weight = 1 / probability
    total, lam = ordered_sum(weight), slope(y, f, weight)
    offset = ordered_sum(weight * (y - lam * f)) / total
    spread = ordered_sum(weight * (y - lam * f - offset) ** 2) / total * len(y) / (len(y) - 2)
    return Correction(lam, offset, spread, ordered_sum(weight**2) / total**2, len(y))


def callback_corrected(week: CalledBack, learnt: Correction) -> Estimate | Refusal:
    """The share of good answers among all handled cases of a week, answered or not.

    theta = p_R mean_R + (1 - p_R) m,   m = lambda mean_silent f + sum w (y - lambda f) / sum w,   w = 1 / probability
    Var = (1 - p_R)^2 S^2(y - lambda f) (1 / n_eff + 1 / N_silent): the answers of the trailing weeks stand for this
    week's silent customers, whose own mean is chance too.
    Source: Hansen, Hurwitz 1946, JASA 41:517 (subsampling of non-respondents).
    Valid if those of the arm who answer are like those of it who do not.
    """
    cases = week.answered + week.silent
    if cases <= 0:
        return Refusal("no handled cases", learnt.n)
    silent = week.silent / cases
    value = week.answered_good / cases + silent * (learnt.slope * week.silent_labelled + learnt.offset)
    parts = learnt.parts + (1 / week.silent if week.silent else 0.0)
    se = silent * sqrt(learnt.spread * parts)
    return Estimate(min(1.0, max(0.0, value)), se, learnt.n, learnt.n - 2)
