"""JSON text with its strings and numbers redacted in place: what is not replaced stays, and it stays JSON."""

import json
import re
from collections.abc import Callable
from typing import TypeAlias

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*', re.DOTALL)
_IS_KEY = re.compile(r"\s*:")

#: Redacts a text, given what stands before it.
Redact: TypeAlias = Callable[[str, str], str]


def redact_json(text: str, redact: Redact) -> str:
    """Redact keys, strings and whole numbers of a JSON text; a number that is replaced becomes a string."""
    parts: list[str] = []
    end, key = 0, ""
    for token in _TOKEN.finditer(text):
        raw = token.group()
        changed = _string(raw, redact, key) if raw[0] == '"' else _number(raw, redact, key)
        parts += (text[end : token.start()], changed)
        end = token.end()
        key = f"{raw[1:-1]} " if raw[0] == '"' and _IS_KEY.match(text, end) else key
    return "".join(parts) + text[end:]


def _string(raw: str, redact: Redact, key: str) -> str:
    if "\\" not in raw:
        return f'"{redact(raw[1:-1], key)}"'
    said = json.loads(raw)
    changed = redact(said, key)
    return raw if changed == said else json.dumps(changed, ensure_ascii=False)


def _number(raw: str, redact: Redact, key: str) -> str:
    changed = redact(raw, key) if raw.isdecimal() else raw
    # a number of which only a part is replaced would be no JSON any more
    return raw if changed == raw or not changed.startswith("[") or not changed.endswith("]") else f'"{changed}"'
