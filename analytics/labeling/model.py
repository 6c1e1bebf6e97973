"""Log odds from signals: which weights apply, and the probabilities that they add up to."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from math import exp, fsum
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

WEIGHTS_FILE = Path(__file__).with_name("weights.json")
RULES_FILE = Path(__file__).with_name("rules.toml")

# Probabilities are compared and published with as many digits.
DECIMALS = 4
# Which kinds of evidence a call offers: each has its own weights, so that a source without tools or without text
# is judged by what there is, not by what is missing.
Pattern = Literal["words_and_tools", "words", "tools", "facts"]
PATTERNS: tuple[Pattern, ...] = ("words_and_tools", "words", "tools", "facts")
Question = Literal["resolved", "negative"]
QUESTIONS: tuple[Question, ...] = ("resolved", "negative")


class LogOdds(Struct, frozen=True):
    """The weights for one question and one pattern of evidence."""

    intercept: float
    weights: Mapping[str, float]

    def probability(self, signals: Iterable[str]) -> float:
        """The probability that the signals add up to, whatever their order."""
        log_odds = fsum((self.intercept, *(self.weights.get(signal, 0.0) for signal in signals)))
        return round(1.0 / (1.0 + exp(-log_odds)), DECIMALS)


def pattern_of(*, words: bool, tools: bool) -> Pattern:
    """The pattern of evidence of a call that has words to read, tool results, both or neither."""
    if words:
        return "words_and_tools" if tools else "words"
    return "tools" if tools else "facts"


@cache
def rules() -> dict[str, Any]:
    """What is set by hand: `rules.toml`."""
    return tomllib.loads(RULES_FILE.read_text(encoding="utf-8"))


@cache
def model(question: Question, pattern: Pattern) -> LogOdds:
    """The fitted weights, and those set by hand where none could be fitted."""
    fitted = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))[question][pattern]
    return LogOdds(intercept=fitted["intercept"], weights={**rules()["weights"][question], **fitted["weights"]})
