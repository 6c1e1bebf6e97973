"""The redaction policy: `[redaction]` of lodestar.toml, and a version that changes with all that changes a text."""

import re
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct

from analytics.errors import ConfigurationError
from analytics.redaction.names import name_phrases
from analytics.redaction.words import Phrase
from analytics.sections import Redaction
from analytics.settings import Settings

_VERSION_DIGITS = 12
#: The number plans and the check digits come from these.
_LIBRARIES = ("phonenumbers", "python-stdnum")


class Policy(Struct, frozen=True):
    """What is looked for beside what always is."""

    min_spoken_digits: int
    phone_regions: tuple[str, ...]
    names: dict[str, list[Phrase]]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]


def policy_of(settings: Redaction) -> Policy:
    """The policy that the settings describe.

    Raises:
        ConfigurationError: the file of names cannot be read.
    """
    return Policy(
        min_spoken_digits=settings.min_spoken_digits,
        phone_regions=settings.phone_regions,
        names=name_phrases(_names(settings)),
        patterns=tuple((kind, re.compile(pattern)) for kind, pattern in sorted(settings.patterns.items())),
    )


def redaction_version(settings: Settings) -> str:
    """`redaction-` and 12 hex digits over code, word lists, number plans, settings and names."""
    policy = settings.redaction
    said = (policy.min_spoken_digits, policy.phone_regions, sorted(policy.patterns.items()), sorted(_names(policy)))
    digest = sha256(f"{_code_fingerprint()} {said}".encode())
    return f"redaction-{digest.hexdigest()[:_VERSION_DIGITS]}"


@cache
def _code_fingerprint() -> str:
    digest = sha256()
    for file in sorted(Path(__file__).parent.iterdir()):
        if file.suffix in (".py", ".toml"):
            content = file.read_bytes()
            digest.update(f"{file.name} {len(content)}\n".encode())
            digest.update(content)
    digest.update(" ".join(version(library) for library in _LIBRARIES).encode())
    return digest.hexdigest()


def _names(settings: Redaction) -> list[str]:
    if settings.names_file is None:
        return list(settings.names)
    try:
        lines = settings.names_file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{settings.names_file}: not a readable UTF-8 file; correct redaction.names_file"
        raise ConfigurationError(msg) from error
    return [*settings.names, *lines]
