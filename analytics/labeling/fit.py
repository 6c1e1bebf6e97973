"""Fits the baseline's weights on human labels and writes `weights.json`.

    python -m analytics.labeling.fit star_2020-W20_W21.jsonl.gz --iso-week 2020-W20

Ridge-penalised logistic regression, by Newton's method. Each pattern of evidence is fitted on the same calls with the
other kinds of evidence taken away. Nothing is random: the same file gives the same weights.
"""

import json
from collections import Counter
from collections.abc import Sequence
from math import fsum
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from analytics.labeling.evidence import Evidence, evidence_of
from analytics.labeling.labelled_calls import LabelledCall, labelled_calls
from analytics.labeling.model import PATTERNS, WEIGHTS_FILE, Pattern, Question, rules

Floats = NDArray[np.float64]
Example = tuple[frozenset[str], bool]

_RIDGE = 2.0
_MIN_CALLS_WITH_SIGNAL = 20
_ITERATIONS = 50
_DECIMALS = 3
_TOOL_PREFIXES = ("act_", "lookup_", "tools_")
_WORD_PREFIXES = ("caller_", "agent_")
_TAKEN_AWAY: dict[Pattern, tuple[str, ...]] = {
    "words_and_tools": (),
    "words": _TOOL_PREFIXES,
    "tools": _WORD_PREFIXES,
    "facts": _TOOL_PREFIXES + _WORD_PREFIXES,
}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--iso-week", required=True, help="The week to fit on, as 2020-W20; no other call is looked at.")
def main(file: Path, iso_week: str) -> None:
    """Fit on one week's labelled calls of a native file and write the weights."""
    calls = labelled_calls(file, iso_week)
    weights = fitted_weights([(evidence_of(call.conversation), call) for call in calls])
    WEIGHTS_FILE.write_text(json.dumps(weights, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    click.echo(f"{WEIGHTS_FILE.name}: fitted on {len(calls)} labelled calls of {iso_week}")


def fitted_weights(calls: Sequence[tuple[Evidence, LabelledCall]]) -> dict[Question, Any]:
    """The weights for both questions, each from the calls whose people answered it."""
    outcomes = [(evidence, call.outcome == "resolved") for evidence, call in calls if call.outcome]
    sentiments = [(evidence, call.sentiment == "negative") for evidence, call in calls if call.sentiment]
    return {"resolved": _fit_patterns("resolved", outcomes), "negative": _fit_patterns("negative", sentiments)}


def _fit_patterns(question: Question, answered: Sequence[tuple[Evidence, bool]]) -> dict[Pattern, Any]:
    return {pattern: fit_examples(question, _examples(pattern, answered)) for pattern in PATTERNS}


def _examples(pattern: Pattern, answered: Sequence[tuple[Evidence, bool]]) -> list[Example]:
    return [
        (frozenset(name for name in evidence.signals if not name.startswith(_TAKEN_AWAY[pattern])), answer)
        for evidence, answer in answered
        if _offers(evidence, pattern)
    ]


def _offers(evidence: Evidence, pattern: Pattern) -> bool:
    return pattern in (evidence.pattern, "facts") or evidence.pattern == "words_and_tools"


def fit_examples(question: Question, examples: Sequence[Example]) -> dict[str, Any]:
    """Intercept and weights; a weight whose sign contradicts the signal's meaning is set to 0 and the rest refitted."""
    signs = dict.fromkeys(rules()["signs"][question]["for"], 1)
    signs |= dict.fromkeys(rules()["signs"][question]["against"], -1)
    support = Counter(name for signals, _ in examples for name in signals)
    seen = sorted(name for name in signs if support[name] >= _MIN_CALLS_WITH_SIGNAL)
    kept = seen
    while True:
        intercept, *values = _newton(kept, examples, _set_by_hand(question, seen, examples))
        weights = dict(zip(kept, values, strict=True))
        contradicting = {name for name, value in weights.items() if value * signs[name] < 0}
        if not contradicting:
            rounded = {name: round(weights.get(name, 0.0), _DECIMALS) for name in seen}
            return {"intercept": round(intercept, _DECIMALS), "weights": rounded}
        kept = [name for name in kept if name not in contradicting]


def _set_by_hand(question: Question, fitted: Sequence[str], examples: Sequence[Example]) -> Floats:
    weights = {name: value for name, value in rules()["weights"][question].items() if name not in fitted}
    return np.array([fsum(weights.get(name, 0.0) for name in signals) for signals, _ in examples])


def _newton(names: Sequence[str], examples: Sequence[Example], offset: Floats) -> list[float]:
    design = np.array([[1.0, *(float(name in signals) for name in names)] for signals, _ in examples])
    answers = np.array([float(answer) for _, answer in examples])
    ridge = np.diag([0.0] + [_RIDGE] * len(names))
    weights = np.zeros(len(names) + 1)
    for _ in range(_ITERATIONS):
        chance = 1.0 / (1.0 + np.exp(-offset - design @ weights))
        gradient = design.T @ (chance - answers) + ridge @ weights
        curvature = (design.T * (chance * (1.0 - chance))) @ design + ridge
        weights = weights - np.linalg.solve(curvature, gradient)
    return [float(value) for value in weights]


if __name__ == "__main__":
    main()
