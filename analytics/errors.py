"""The few errors that Lodestar raises on purpose, each with its next step.

    LodestarError
    |- ConfigurationError    a key, a value or an argument is wrong: exit 2
    |- AnswersRefused        a file of audit answers does not fit its sample: exit 2
    |- HomeLocked            another run holds the home: exit 1
    |- LabelingStopped       the model's server cannot go on: exit 1, every answer so far is kept
    |- BooksDoNotBalance     rows were lost or counted twice: exit 1, nothing is published
    |- ContractBroken        an expectation could not be evaluated: exit 1, nothing is published
    `- NotPublishable        a number would not be trustworthy: exit 3, the last publication stays
       `- NothingToPublish   no call was ever loaded, or none is left

A bad line or a bad file is not an error: it is set aside in the quarantine and the run goes on.
"""

import re

DISK_FULL = "no space left on the disk of the home; the last publication stays: make room and run again"
_FULL = re.compile(r"no space left|disk is full|disk i/o error|disk quota exceeded", re.IGNORECASE)


class LodestarError(Exception):
    """Root of all expected failures; `exit_code` is what the command line returns."""

    exit_code = 1


class ConfigurationError(LodestarError):
    """A setting or an argument cannot be used; the message names it and says what is allowed."""

    exit_code = 2


class AnswersRefused(LodestarError):
    """A file of answers does not fit the sample that it names; nothing of it is stored."""

    exit_code = 2


class HomeLocked(LodestarError):
    """Another process works on this home; the message names the holder."""


class LabelingStopped(LodestarError):
    """The labeling model's server refuses all requests; what was answered is kept and not paid again."""


class BooksDoNotBalance(LodestarError):
    """rows_in differs from rows_loaded + rows_quarantined + rows_superseded."""


class ContractBroken(LodestarError):
    """A check is broken, which is not the same as bad data; the message names it."""


class NotPublishable(LodestarError):
    """A blocking condition forbids a publication; the last good one stays in place."""

    exit_code = 3


class NothingToPublish(NotPublishable):
    """No call was ever loaded into this home, or none is left in it."""


def is_disk_full(error: BaseException) -> bool:
    """Whether a failure, or one behind it, says that the disk is full; each library says it with a class of its own."""
    seen: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in seen:
        seen.append(link)
        link = link.__cause__ or link.__context__
    return any(_FULL.search(str(one)) for one in seen)
