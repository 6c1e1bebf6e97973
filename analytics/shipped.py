"""Files that ship with the package: SQL, metric definitions and the default price book."""

from functools import cache
from pathlib import Path

_INSTALLED = Path(__file__).parent / "_shipped"
_CHECKOUT = Path(__file__).parent.parent


def shipped(path: str) -> Path:
    """Where a shipped file or folder lies, in a wheel as well as in a checkout."""
    installed = _INSTALLED / path
    return installed if installed.exists() else _CHECKOUT / path


@cache
def sql(name: str) -> str:
    """Text of `sql/<name>.sql`, for example `sql("core/calls")`."""
    return (shipped("sql") / f"{name}.sql").read_text("utf-8")
