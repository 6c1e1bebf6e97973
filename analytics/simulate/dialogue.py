"""What is said in which order: a script is a list of caller-agent pairs over phrase pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from analytics.simulate.tools import LOOKUP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.simulate.outcomes import Shown
    from analytics.simulate.phrasebook import Phrasebook, Pool
    from analytics.simulate.use_cases import UseCase


class Step(NamedTuple):
    """A caller's utterance, the agent's answer, and the tool that the answer waits for."""

    caller: Pool
    agent: Pool
    tool: str | None = None


class ScriptKey(NamedTuple):
    """Everything that a script depends on."""

    language: str
    use_case: UseCase
    shown: Shown
    tone: str
    again: bool
    handover: bool
    extra_pairs: int


class Scripts:
    """Scripts by key, written once each."""

    def __init__(self, books: Mapping[str, Phrasebook]) -> None:
        self._books = books
        self._known: dict[ScriptKey, list[Step]] = {}

    def of(self, key: ScriptKey) -> list[Step]:
        """Return the whole script; a call that breaks off uses its beginning."""
        steps = self._known.get(key)
        if steps is None:
            steps = self._known[key] = self._write(key)
        return steps

    def _write(self, key: ScriptKey) -> list[Step]:
        book = self._books[key.language]
        topic = f"use_case.{key.use_case.name}"
        middle = Step(book["caller.followup"], book["agent.clarify"])
        steps = [
            Step(book[f"{topic}.opening_again" if key.again else f"{topic}.opening"], book["agent.identify"]),
            Step(book["caller.identity"], book["agent.confirm"], LOOKUP),
            Step(book[f"{topic}.detail"], book[f"{topic}.check"]),
            *[middle] * key.extra_pairs,
            Step(book["caller.go_on"], book[f"{topic}.{key.shown}"], key.use_case.tool),
        ]
        if key.handover:
            steps.append(Step(book["caller.handover_request"], book["agent.handover_offer"]))
        else:
            steps.append(Step(book[f"reaction.{key.tone}"], book["agent.anything_else"]))
            steps.append(Step(book[f"closing.{key.tone}"], book["agent.goodbye"]))
        return steps
