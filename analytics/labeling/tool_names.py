"""What a tool does, by the words of its name."""

import re
from functools import cache, lru_cache
from typing import Literal

from msgspec import Struct

from analytics.labeling.lexicon import read_data
from analytics.labeling.words import words_of

# writes: changes something; reads: looks something up; steers: moves the call itself; unknown: the name does not say.
Kind = Literal["writes", "reads", "steers", "unknown"]

_MAX_NAME_CHARS = 100
_CAMEL_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class NameLists(Struct, frozen=True):
    """The words of tool names in `lexicon/tool_results.toml`."""

    writes: frozenset[str]
    reads: frozenset[str]
    steers: frozenset[str]
    steers_unless: frozenset[str]


@cache
def name_lists() -> NameLists:
    """The lists, read once."""
    return NameLists(**{name: frozenset(words) for name, words in read_data("tool_results.toml")["names"].items()})


@lru_cache(maxsize=4096)
def kind_of(name: str) -> Kind:
    """What a tool of this name does: `create_ticket` writes, `getOrder` reads, `end_call` steers the call."""
    lists = name_lists()
    words = name_words(name)
    if not words.isdisjoint(lists.steers) and words.isdisjoint(lists.steers_unless):
        return "steers"
    if not words.isdisjoint(lists.reads):
        return "reads"
    return "unknown" if words.isdisjoint(lists.writes) else "writes"


@lru_cache(maxsize=4096)
def name_words(name: str) -> frozenset[str]:
    """The words of an identifier, however it is written: `isError`, `is_error`, `is-error`."""
    return frozenset(words_of(_CAMEL_HUMP.sub(" ", name[:_MAX_NAME_CHARS]).replace("_", " ")))
