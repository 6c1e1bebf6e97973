"""From probabilities and signals to the labels: the outcome, the caller's sentiment and the predicted NPS."""

from bisect import bisect_right
from functools import cache
from typing import Any

from msgspec import Struct

from analytics.labeling.evidence import Evidence
from analytics.labeling.interface import Outcome, Sentiment
from analytics.labeling.model import DECIMALS, rules
from analytics.labeling.reading import ReadCall
from analytics.labeling.signals import meanings, start_of


class Decision(Struct, frozen=True):
    """The labels of a call; without enough evidence the numbers are None, not a guess."""

    outcome: Outcome
    sentiment_start: Sentiment
    sentiment: Sentiment
    resolved_probability: float | None
    positive_probability: float | None
    nps_predicted: int | None


class Limits(Struct, frozen=True):
    """The limits of `rules.toml`, ready to compare with."""

    resolved_from: float
    unresolved_to: float
    negative_from: float
    min_caller_words: int
    strong: frozenset[str]
    weak: frozenset[str]
    failures: frozenset[str]
    nps: dict[str, Any]


@cache
def limits() -> Limits:
    """The limits, read once."""
    outcome, sentiment = rules()["outcome"], rules()["sentiment"]
    return Limits(
        resolved_from=outcome["resolved_from"],
        unresolved_to=outcome["unresolved_to"],
        negative_from=sentiment["negative_from"],
        min_caller_words=sentiment["min_caller_words"],
        strong=frozenset(outcome["strong"]),
        weak=frozenset(outcome["weak"]),
        failures=frozenset(outcome["failures"]),
        nps=rules()["nps"],
    )


def decide(evidence: Evidence) -> Decision:
    """Weigh the evidence of a call."""
    signals, call = evidence.signals, evidence.call
    resolved, negative = evidence.probability("resolved"), evidence.probability("negative")
    known = not is_thin(signals)
    heard = _hears_sentiment(call)
    positive = positive_probability(signals, resolved, negative) if known else None
    return Decision(
        outcome=outcome_of(signals, resolved),
        sentiment_start=_sentiment_at_start(call) if heard else "unclear",
        sentiment=sentiment_of(signals, negative) if heard else "unclear",
        resolved_probability=resolved if known else None,
        positive_probability=positive,
        nps_predicted=None if positive is None else nps_of(positive),
    )


def is_thin(signals: frozenset[str]) -> bool:
    """Whether the evidence is too thin to say anything: no strong signal, and fewer than two weak ones."""
    return signals.isdisjoint(limits().strong) and len(signals & limits().weak) < 2


def outcome_of(signals: frozenset[str], resolved: float) -> Outcome:
    """The outcome, given the probability that the caller's need was met."""
    if "handover_completed" in signals:
        return "handed_over"
    if is_thin(signals):
        return "unclear"
    if resolved >= limits().resolved_from:
        return "resolved"
    if _did_something(signals):
        return "partially_resolved"
    if resolved > limits().unresolved_to:
        return "unclear"
    if "left_midway" in signals and signals.isdisjoint(limits().failures):
        return "abandoned"
    return "unresolved"


def _did_something(signals: frozenset[str]) -> bool:
    if "act_confirmed_once" in signals:
        return True
    return "agent_confirms_once" in signals and not any(name.startswith("act_") for name in signals)


def sentiment_of(signals: frozenset[str], negative: float) -> Sentiment:
    """The caller's sentiment at the end, given the probability that the caller became annoyed."""
    if negative >= limits().negative_from:
        return "negative"
    return "positive" if "caller_praise_at_end" in signals else "neutral"


def _sentiment_at_start(call: ReadCall) -> Sentiment:
    said = meanings(call.caller[: start_of(call.caller)])
    if not said.isdisjoint({"rages", "complains"}):
        return "negative"
    return "positive" if "praise" in said else "neutral"


def _hears_sentiment(call: ReadCall) -> bool:
    """Whether the caller said enough, in a language that is read, to have a sentiment."""
    return call.lexicon is not None and sum(len(turn.words) for turn in call.caller) >= limits().min_caller_words


def positive_probability(signals: frozenset[str], resolved: float, negative: float) -> float:
    """P(NPS >= 7): not annoyed, and then by whether the need was met and how the caller closed."""
    closing = "plain"
    if "caller_praise_at_end" in signals:
        closing = "praise"
    elif "caller_thanks_at_end" in signals:
        closing = "thanks"
    if_resolved: float = limits().nps["if_resolved"][closing]
    if_not: float = limits().nps["if_not"][closing]
    return round((1.0 - negative) * (resolved * if_resolved + (1.0 - resolved) * if_not), DECIMALS)


def nps_of(positive: float) -> int:
    """The score 0 to 10 for a P(NPS >= 7): never falling, and at least 7 exactly from one half on."""
    return bisect_right(limits().nps["lowest"], positive)
