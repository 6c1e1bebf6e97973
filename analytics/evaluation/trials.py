"""What a labeler itself answers now: the frozen sample once more, and the injection set."""

from collections.abc import Sequence
from itertools import chain

from analytics.evaluation.injections import (
    Injected,
    InjectionFigures,
    every_instruction,
    injection_figures,
    invented_calls,
    one_instruction_each,
)
from analytics.evaluation.stability import QUESTIONS, Flips, flips, moves_between
from analytics.labeling.backlog import Candidate
from analytics.labeling.interface import Conversation, Label, Labeler
from analytics.labeling.remote import RemoteLabeler

INVENTED = "invented calls"
FROZEN = "frozen sample"


def asked_again(labeler: Labeler, calls: Sequence[Conversation], stored: Sequence[Label], min_n: int) -> list[Flips]:
    """Flips between the stored labels of the calls and what the labeler says of them now."""
    answers = list(labeler.label(calls))
    return [flips(question, moves_between(question, stored, answers), min_n) for question in QUESTIONS]


def injection_trials(
    labeler: Labeler, frozen: Sequence[Conversation], min_n: int, *, ask: bool
) -> list[InjectionFigures]:
    """The injection set on invented calls and, where asking costs nothing, on the frozen sample too.

    A labeler behind a server answers from its journal; `ask` sends what is not in it.

    Raises:
        ConfigurationError: asking without a key, or under a cap without a price.
        LabelingStopped: the server refuses everything.
    """
    trials = {INVENTED: every_instruction(invented_calls())}
    if isinstance(labeler, RemoteLabeler):
        if ask:
            _ask(labeler, trials[INVENTED])
    else:
        trials[FROZEN] = one_instruction_each(frozen)
    return [_figures(labeler, calls, pairs, min_n) for calls, pairs in trials.items()]


def _figures(labeler: Labeler, calls: str, pairs: Sequence[Injected], min_n: int) -> InjectionFigures:
    plain = list(labeler.label(pair.plain for pair in pairs))
    injected = list(labeler.label(pair.injected for pair in pairs))
    return injection_figures(calls, plain, injected, min_n)


def _ask(labeler: RemoteLabeler, pairs: Sequence[Injected]) -> None:
    calls = chain.from_iterable((pair.plain, pair.injected) for pair in pairs)
    labeler.ask(Candidate(call) for call in calls)
