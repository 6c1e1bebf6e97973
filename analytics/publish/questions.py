"""The saved questions: `sql/queries/<name>.sql`, each with a header that says what it answers."""

import difflib
import re
from functools import cache

from msgspec import Struct

from analytics.errors import ConfigurationError
from analytics.shipped import shipped

_HEADER = re.compile(r"^-- (question|metric|columns): (.+)$", re.MULTILINE)


class Question(Struct, frozen=True):
    """One saved question.

    Attributes:
        metrics: ids of the metrics that it is about, or `all`.
        columns: columns of the answer, in order.
        sql: the whole file, header included.
    """

    name: str
    question: str
    metrics: tuple[str, ...]
    columns: tuple[str, ...]
    sql: str


@cache
def questions() -> dict[str, Question]:
    """All saved questions by name.

    Raises:
        KeyError: a header lacks a line.
    """
    files = sorted((shipped("sql") / "queries").glob("*.sql"))
    return {file.stem: _read(file.stem, file.read_text("utf-8")) for file in files}


def question(name: str) -> Question:
    """The saved question of this name.

    Raises:
        ConfigurationError: no such question; the message names the nearest one.
    """
    if name not in questions():
        close = difflib.get_close_matches(name, questions(), n=1, cutoff=0.0)
        nearest = f"the nearest is {close[0]!r}" if close else "there are none"
        msg = f"no saved query {name!r}; {nearest}"
        raise ConfigurationError(msg)
    return questions()[name]


def _read(name: str, text: str) -> Question:
    header = dict(_HEADER.findall(text))
    return Question(name, header["question"], _names(header["metric"]), _names(header["columns"]), text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))
