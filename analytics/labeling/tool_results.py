"""What became of a tool call, from its flags and from what its answer says."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import Struct

from analytics.labeling.interface import ToolUse
from analytics.labeling.lexicon import read_data
from analytics.labeling.phrases import PhraseIndex
from analytics.labeling.tool_names import Kind, kind_of, name_words
from analytics.labeling.words import words_of

# failed: it did not do what was asked; confirmed: it did; offered: it could, and has not yet;
# answered: it gave data back; silent: nothing is known of what it did.
Verdict = Literal["failed", "confirmed", "offered", "answered", "silent"]

# A tool whose name does not say what it does acts if its answer is of this kind.
_DEEDS: frozenset[Verdict] = frozenset({"confirmed", "offered", "failed"})
# Bounds on what is read of an answer: statements about success stand near its top.
_MAX_RESULT_CHARS = 20_000
_MAX_STATEMENT_CHARS = 400
_MAX_NODES = 60
_HTTP_CLASSES: dict[int, tuple[Verdict, ...]] = {2: ("confirmed",), 4: ("failed",), 5: ("failed",)}
# An answer that is one bare text or one bare true or false is read as if it stood under a key of these words.
_ROOT_KEY = "ok_message"
_decode = msgspec.json.Decoder().decode


class ToolVerdict(Struct, frozen=True):
    """What became of one tool call, and what kind of tool it was."""

    kind: Kind
    verdict: Verdict

    @property
    def acts(self) -> bool:
        """Whether it is about a deed: its name says so or, where the name does not say, its answer does."""
        return self.kind == "writes" or (self.kind == "unknown" and self.verdict in _DEEDS)


class ResultLists(Struct, frozen=True):
    """What answers say, and which of their keys say it: from `lexicon/tool_results.toml`."""

    says: PhraseIndex
    statement: frozenset[str]
    good_flag: frozenset[str]
    bad_flag: frozenset[str]
    http_status: frozenset[str]


@cache
def result_lists() -> ResultLists:
    """The lists, indexed once."""
    data = read_data("tool_results.toml")
    keys = {name: frozenset(words) for name, words in data["keys"].items()}
    return ResultLists(says=PhraseIndex(data["says"]), **keys)


def tool_verdicts(tools: Iterable[ToolUse]) -> list[ToolVerdict]:
    """The verdicts on the tool calls that do the caller's business, in order; calls that steer are left out."""
    kinds = ((kind_of(tool.name), tool) for tool in tools)
    return [ToolVerdict(kind=kind, verdict=verdict_of(tool)) for kind, tool in kinds if kind != "steers"]


def deciding(tools: Sequence[ToolVerdict]) -> ToolVerdict | None:
    """The tool call that decides: the last one that writes, else the last one."""
    writing = [tool for tool in tools if tool.kind == "writes"]
    return next(reversed(writing or tools), None)


def verdict_of(tool: ToolUse) -> Verdict:
    """What became of one tool call; the producer's own flags come before anything that the answer says."""
    if tool.transport_ok is False or tool.business_ok is False or tool.error_type:
        return "failed"
    reads = kind_of(tool.name) == "reads"
    if tool.business_ok:
        return "answered" if reads else "confirmed"
    stated = _stated(tool.result)
    return "answered" if reads and stated in ("confirmed", "offered") else stated


def _stated(result: str | None) -> Verdict:
    content = _content(result)
    if content in (None, [], {}, ""):
        return "silent"
    said = frozenset(_statements(content))
    verdicts: tuple[Verdict, ...] = ("failed", "confirmed", "offered")
    return next((verdict for verdict in verdicts if verdict in said), "answered")


def _content(result: str | None) -> Any:
    if result is None or len(result) > _MAX_RESULT_CHARS:
        return result
    try:
        return _decode(result)
    except (msgspec.DecodeError, RecursionError):
        return result


def _statements(content: Any) -> Iterator[str]:
    """All that an answer says about its own success: in words, by true and false, or by an HTTP status."""
    waiting: list[tuple[str, Any]] = [(_ROOT_KEY, content)]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        key, value = waiting.pop(0)
        waiting += _children(key, value)
        yield from _flagged(name_words(key), value)
        if isinstance(value, str) and not name_words(key).isdisjoint(result_lists().statement):
            hits = result_lists().says.hits(words_of(value[:_MAX_STATEMENT_CHARS]))
            yield from (hit.meaning for hit in hits)


def _children(key: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(str(name), child) for name, child in list(value.items())[:_MAX_NODES]]
    return [(key, child) for child in value[:_MAX_NODES]] if isinstance(value, list) else []


def _flagged(key: frozenset[str], value: Any) -> Iterator[Verdict]:
    lists = result_lists()
    if isinstance(value, bool) and not key.isdisjoint(lists.good_flag):
        yield "confirmed" if value else "failed"
    elif value and not key.isdisjoint(lists.bad_flag):
        yield "failed"
    elif isinstance(value, int) and not key.isdisjoint(lists.http_status):
        yield from _HTTP_CLASSES.get(value // 100, ())
