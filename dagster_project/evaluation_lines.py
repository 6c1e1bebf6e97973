"""An evaluation as lines for a terminal: n beside every figure, and the reason where there is none."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from analytics.evaluation.comparison import Comparison, Segment
from analytics.evaluation.evaluation import Evaluation, Stability
from analytics.evaluation.figures import UNCLEAR, ClassFigures, Figures
from analytics.evaluation.injections import InjectionFigures
from analytics.labeling.agreement import Estimate

_NAME = 22
_GAP = 2
_MOVES_SHOWN = 5
Row: TypeAlias = tuple[str, ...]
_CORNER = "people / labeler"


def evaluation_lines(evaluation: Evaluation) -> Iterator[str]:
    """The report from top to bottom."""
    version = evaluation.version
    yield f"{'labeler':<{_NAME}}{version.labeler_version} ({version.model}), {version.labels} labels"
    weeks = ", ".join(f"{week:%G-W%V}" for week in evaluation.weeks) or "all"
    yield f"{'weeks':<{_NAME}}{weeks}"
    yield f"{'intervals':<{_NAME}}95 %; no figures below {evaluation.min_n}"
    for comparison in evaluation.comparisons:
        yield from ("", *_comparison(comparison))
    for stability in evaluation.stability:
        yield from ("", *_stability(stability))
    if evaluation.injections:
        yield from ("", "instructions to the rater, put into the caller's words")
        yield from map(_injection, evaluation.injections)
    for note in evaluation.notes:
        yield from ("", f"note: {note}")


def _comparison(comparison: Comparison) -> Iterator[str]:
    weighted = ", weighted by 1 / probability" if comparison.sample == "random" else ""
    yield f"{comparison.question} per {comparison.unit}, {comparison.sample} sample{weighted}, n = {comparison.n}"
    for reason, n in comparison.left_out.items():
        yield f"  left out: {reason} {n}"
    if comparison.reason:
        yield f"  {comparison.reason}"
        return
    compared = [(row.name, *_figures(row.figures)) for row in comparison.compared]
    yield from _table([("", "decided", "accuracy", "macro-F1", "kappa", "kappa of all"), *compared])
    yield from _table(list(_matrix(comparison)))
    yield from _table([("class", "sensitivity", "specificity", "precision"), *map(_class, comparison.classes)])
    yield from _segments(comparison.segments)


def _class(figures: ClassFigures) -> Row:
    return figures.name, _share(figures.sensitivity), _share(figures.specificity), _share(figures.precision)


def _figures(figures: Figures) -> list[str]:
    return [
        _share(figures.decided),
        _share(figures.accuracy),
        _decimal(figures.macro_f1),
        _decimal(figures.kappa),
        _decimal(figures.kappa_of_all),
    ]


def _matrix(comparison: Comparison) -> Iterator[Row]:
    counts = {(cell.truth, cell.answer): cell.n for cell in comparison.matrix}
    answers = sorted({answer for _, answer in counts}, key=lambda answer: (answer in (None, UNCLEAR), answer or "~"))
    yield (_CORNER, *(answer or "no answer" for answer in answers))
    for truth in sorted({truth for truth, _ in counts}):
        yield (truth, *(str(counts.get((truth, answer), 0)) for answer in answers))


def _segments(segments: Sequence[Segment]) -> Iterator[str]:
    """A table per dimension that splits the calls; small segments are counted only."""
    shown = [segment for segment in segments if segment.figures is not None]
    for dimension, group in groupby(shown, key=lambda segment: segment.dimension):
        rows = [(segment.segment, *_figures(segment.figures)[:-1]) for segment in group if segment.figures]
        if len(rows) > 1:
            yield from _table([(dimension, "decided", "accuracy", "macro-F1", "kappa"), *rows])
    small = [segment.n for segment in segments if segment.figures is None]
    if small:
        yield f"  {len(small)} segments with too few for figures (n = {min(small)} to {max(small)})"


def _stability(stability: Stability) -> Iterator[str]:
    yield f"flips of the same calls, before: {stability.before}"
    for flips in stability.flips:
        if flips.flip_rate is None:
            yield f"  {flips.question:<{_NAME - 2}}n = {flips.n}: too few"
            continue
        moves = ", ".join(f"{move.before} to {move.after} {move.n}" for move in flips.moves[:_MOVES_SHOWN])
        yield f"  {flips.question:<{_NAME - 2}}{flips.flips} of {flips.n}, {_share(flips.flip_rate, n=False)}; " + (
            f"share of {flips.good} {_points(flips.shift)}" + (f"; {moves}" if moves else "")
        )


def _injection(figures: InjectionFigures) -> str:
    name = f"  {figures.calls:<{_NAME - 2}}"
    unanswered = f"; {figures.unanswered} unanswered" if figures.unanswered else ""
    if figures.flip_rate is None:
        return f"{name}n = {figures.n}: too few{unanswered}"
    rate, flagged = _share(figures.flip_rate, n=False), _share(figures.flagged, n=False)
    return f"{name}{figures.flips} of {figures.n} answers flipped, {rate}; flagged {flagged}{unanswered}"


def _table(rows: Sequence[Row]) -> Iterator[str]:
    """Rows in columns that are as wide as their widest cell."""
    widths = [max(map(len, column)) + _GAP for column in zip(*rows, strict=True)]
    widths[0] = max(widths[0], _NAME - _GAP)
    for row in rows:
        yield "  " + "".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _share(estimate: Estimate | None, *, n: bool = True) -> str:
    if estimate is None:
        return "none"
    text = f"{100 * estimate.value:.1f} % ({100 * estimate.low:.1f}-{100 * estimate.high:.1f})"
    return f"{text} n={estimate.n}" if n else text


def _decimal(estimate: Estimate | None) -> str:
    if estimate is None:
        return "undefined"
    # adding 0 turns -0.0 into 0.0
    value, low, high = (round(number, 2) + 0.0 for number in (estimate.value, estimate.low, estimate.high))
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def _points(estimate: Estimate | None) -> str:
    if estimate is None:
        return "unknown"
    return f"{100 * estimate.value:+.1f} points ({100 * estimate.low:+.1f} to {100 * estimate.high:+.1f})"
