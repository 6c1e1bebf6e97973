"""A finder with the names of the corpus, and a redactor for one call."""

from collections.abc import Callable

import pytest

from analytics.redaction.policy import policy_of
from analytics.redaction.redactor import CallRedactor, Finder
from analytics.sections import Redaction
from tests.analytics.redaction.corpus import NAMES


@pytest.fixture(scope="session")
def finder() -> Finder:
    return Finder(policy_of(Redaction(names=NAMES, patterns={"POLICY": r"PN-\d{6}"})))


@pytest.fixture
def redacted(finder: Finder) -> Callable[..., str]:
    """Redacts one text as if it were a call."""

    def redact(text: str, before: str = "") -> str:
        return CallRedactor(finder).text(text, before)

    return redact
