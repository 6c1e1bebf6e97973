"""Phrase pools: the templates of `phrases/*.toml`, filled with slots and read out at a speaking rate.

Every pool is expanded once to `POOL_SIZE` utterances, so that a turn costs one look-up. Numbers,
addresses and telephone numbers are random or from ranges reserved for examples.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analytics.simulate.chance import spin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from random import Random

Utterance = tuple[str, int]
"""Text and speaking time in ms."""
Pool = list[Utterance]
Phrasebook = dict[str, Pool]
"""Pools of one language by dotted name, such as `use_case.reschedule.done`."""

POOL_BITS: Final = 8
POOL_MASK: Final = (1 << POOL_BITS) - 1
POOL_SIZE: Final = 1 << POOL_BITS

_FOLDER: Final = Path(__file__).parent / "phrases"
_MS_PER_CHARACTER: Final = {"agent": 60, "human": 66, "machine": 60}
_CALLER_MS_PER_CHARACTER: Final = 68
_LEAD_SHARE: Final = 0.45
_ASIDE_SHARE: Final = 0.45
_TALKATIVE: Final = (".opening", ".detail", "caller.followup")
_SHORT_SPOKEN: Final = ("caller.go_on", "reaction.", "closing.")
_BRIDGED: Final = (".check", "agent.clarify", "agent.anything_else", "agent.identify")
_COMMON_WEIGHT: Final = 8
"""Phrases without a telephone number or an address, against those with one."""
NUMBER_MARK: Final = "#"
"""Stands for the customer, order or invoice number of the call."""
_SLOTS: Final[Mapping[str, Callable[[Random], str]]] = {
    "day": lambda rng: str(rng.randrange(4, 21)),
    "digits": lambda rng: str(rng.randrange(11, 99)),
    "number": lambda _: NUMBER_MARK,
    "order": lambda _: f"A-{NUMBER_MARK}",
    "postcode": lambda rng: str(rng.randrange(10_000, 100_000)),
    "phone": lambda rng: f"555-01{rng.randrange(100):02d}",
    "email": lambda rng: f"customer{rng.randrange(1000)}@example.com",
    "amount": lambda rng: f"{rng.randrange(7, 180)}.{spin(rng, ('00', '50', '90', '95'))}",
    "time": lambda rng: f"{rng.randrange(8, 19)}:{spin(rng, ('00', '15', '30', '45'))}",
}
_BLENDS: Final = {
    "reaction.warm": ("reaction.neutral", 0.22),
    "reaction.cold": ("reaction.neutral", 0.22),
    "reaction.polite": ("reaction.neutral", 0.15),
    "closing.warm": ("closing.neutral", 0.35),
    "closing.cold": ("closing.neutral", 0.35),
    "closing.polite": ("closing.neutral", 0.30),
}
"""Share of a pool that is taken from another one: many callers say nothing that shows their mood."""


def load_phrasebook(language: str, rng: Random) -> Phrasebook:
    """Read one language and expand its templates to pools of equally likely utterances."""
    bank = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    templates = dict(_flatten(bank))
    book = {name: _expand(name, phrases, templates, rng) for name, phrases in templates.items() if "." in name}
    for name, (other, share) in _BLENDS.items():
        taken = round(POOL_SIZE * share)
        book[name] = book[name][taken:] + book[other][:taken]
    for name in [name for name in book if name.endswith(".opening")]:
        book[f"{name}_again"] = [_joined(spin(rng, templates["again"]), said) for said in book[name]]
    return book


def _flatten(bank: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    for key, value in bank.items():
        if isinstance(value, list):
            yield f"{prefix}{key}", value
        else:
            yield from _flatten(value, f"{prefix}{key}.")


def _expand(name: str, phrases: list[str], templates: Mapping[str, list[str]], rng: Random) -> Pool:
    rate_ms = _MS_PER_CHARACTER.get(_speaker(name), _CALLER_MS_PER_CHARACTER)
    slots = _Slots(templates, rng)
    before, after = _surroundings(name)
    cycle = [phrase for phrase in phrases for _ in range(1 if _is_rare(phrase) else _COMMON_WEIGHT)]
    pool = []
    for i in range(POOL_SIZE):
        text = cycle[i % len(cycle)].format_map(slots)
        if before and rng.random() < _LEAD_SHARE:
            text = f"{spin(rng, templates[before])} {text}"
        if after and rng.random() < _ASIDE_SHARE:
            text = f"{text} {spin(rng, templates[after])}"
        pool.append((text, 250 + round(len(text) * rate_ms * rng.uniform(0.85, 1.25))))
    rng.shuffle(pool)
    return pool


def _speaker(name: str) -> str:
    group, _, last = name.rpartition(".")
    return "agent" if last in {"check", "done", "partial", "failed"} else group


def _surroundings(name: str) -> tuple[str | None, str | None]:
    """Return which small talk may stand before and after the phrases of a pool."""
    if name.endswith(_BRIDGED):
        return "bridge", None
    if name.endswith(_TALKATIVE):
        return "lead", "aside"
    return ("lead", None) if name.startswith(_SHORT_SPOKEN) else (None, None)


def _is_rare(phrase: str) -> bool:
    return "{phone}" in phrase or "{email}" in phrase


class _Slots(dict[str, str]):
    """Draws a new value whenever a template asks for one."""

    def __init__(self, templates: Mapping[str, list[str]], rng: Random) -> None:
        super().__init__()
        self._templates = templates
        self._rng = rng

    def __missing__(self, slot: str) -> str:
        rng = self._rng
        if slot in self._templates:
            return spin(rng, self._templates[slot])
        return _SLOTS[slot](rng)


def _joined(first: str, said: Utterance) -> Utterance:
    text, speak_ms = said
    return f"{first} {text}", speak_ms + len(first) * _CALLER_MS_PER_CHARACTER
