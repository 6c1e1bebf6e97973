"""The rubric: what the model is told and how it must answer, as files whose bytes are part of the labeler's version."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

#: The folder in force; a changed rubric is a new folder, so that old versions stay readable.
RUBRIC = "v1"


class Rubric(Struct, frozen=True):
    """Instructions and strict JSON schema of one rubric version."""

    name: str
    instructions: str
    schema: dict[str, Any]

    def vocabulary(self, key: str) -> tuple[str, ...]:
        """The closed list of words that `key` may have."""
        return tuple(self.schema["properties"][key]["enum"])


@cache
def rubric(name: str = RUBRIC) -> Rubric:
    """Read one shipped version."""
    folder = Path(__file__).parent / name
    instructions = (folder / "rubric.md").read_text("utf-8")
    return Rubric(name, instructions, json.loads((folder / "answer.schema.json").read_text("utf-8")))
