"""One question, one kind of sample: the labeler against people, beside the baselines, by class and segment."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, structs

from analytics.evaluation.baselines import TOOL_ANSWERS, majority_pairs, tool_answer
from analytics.evaluation.figures import UNCLEAR, Cell, ClassFigures, Figures, Pair, classes, figures, matrix
from analytics.evaluation.verdicts import SEGMENTS, Asked, Verdict

#: Statuses of calls about which this version was not asked: nothing that could agree or not.
NOT_ASKED = ("gated", "not labeled", "pending", "skipped_budget")


class Compared(Struct, frozen=True):
    """The figures of one way to answer: the labeler, or a baseline on the same calls."""

    name: str
    figures: Figures


class Segment(Struct, frozen=True):
    """The labeler's figures in one segment; without figures where fewer than the least number are decided."""

    dimension: str
    segment: str
    n: int
    figures: Figures | None


class Comparison(Struct, frozen=True):
    """A question, answered by people and by the labeler.

    Attributes:
        unit: call or case.
        sample: `random` (drawn with known probabilities, weighted by 1 / probability) or `as landed`.
        n: calls or cases that have a verdict and about which the labeler was asked.
        left_out: calls or cases without a common verdict, or about which it was not asked, by reason.
        reason: why there are no figures; None where there are.
    """

    question: str
    unit: str
    sample: str
    n: int
    left_out: dict[str, int]
    reason: str | None
    compared: list[Compared]
    matrix: list[Cell]
    classes: list[ClassFigures]
    segments: list[Segment]


def compare(asked: Asked, tools: Mapping[str, bool | None], min_n: int) -> Comparison:
    """The figures of one question.

    Args:
        asked: the verdicts.
        tools: what the tool rule says of each call.
        min_n: with fewer decided calls or cases there are no figures.
    """
    kept = [verdict for verdict in asked.verdicts if _left_out(verdict) is None]
    left_out = Counter(reason for verdict in asked.verdicts if (reason := _left_out(verdict)))
    pairs = [_pair(verdict) for verdict in kept]
    decided = sum(pair.decided for pair in pairs)
    answered = decided >= min_n
    return Comparison(
        question=asked.question,
        unit=asked.unit,
        sample="random" if asked.drawn else "as landed",
        n=len(pairs),
        left_out=dict(sorted(left_out.items())),
        reason=None if answered else f"{decided} decided {asked.unit}s are fewer than {min_n}: no figures",
        compared=list(_compared(asked.question, kept, tools)) if answered else [],
        matrix=matrix(pairs),
        classes=classes(pairs) if answered else [],
        segments=list(_segments(kept, min_n)) if answered else [],
    )


def _left_out(verdict: Verdict) -> str | None:
    if verdict.truth is None:
        return "reviewers disagree"
    if verdict.truth == UNCLEAR:
        return "unclear to reviewers"
    return verdict.status if verdict.status in NOT_ASKED else None


def _pair(verdict: Verdict) -> Pair:
    weight = 1.0 / verdict.sampling_probability if verdict.sampling_probability else 1.0
    return Pair(str(verdict.truth), verdict.answer, weight)


def _compared(question: str, verdicts: Sequence[Verdict], tools: Mapping[str, bool | None]) -> Iterator[Compared]:
    pairs = [_pair(verdict) for verdict in verdicts]
    yield Compared("labeler", figures(pairs))
    yield Compared("majority class", figures(majority_pairs([pair for pair in pairs if pair.decided])))
    if question not in TOOL_ANSWERS:
        return
    ruled = [
        structs.replace(pair, answer=tool_answer(question, tools.get(verdict.call_id)))
        for verdict, pair in zip(verdicts, pairs, strict=True)
    ]
    yield Compared("tool rule", figures(ruled))
    both = [pair for pair, rule in zip(pairs, ruled, strict=True) if rule.decided]
    yield Compared("labeler, same calls", figures(both))


def _segments(verdicts: Sequence[Verdict], min_n: int) -> Iterator[Segment]:
    for dimension in SEGMENTS:
        groups: defaultdict[str, list[Pair]] = defaultdict(list)
        for verdict in verdicts:
            groups[getattr(verdict, dimension) or "unknown"].append(_pair(verdict))
        for name, pairs in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
            enough = sum(pair.decided for pair in pairs) >= min_n
            yield Segment(dimension, name, len(pairs), figures(pairs) if enough else None)
