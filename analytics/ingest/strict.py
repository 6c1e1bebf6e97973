"""Strict RFC 8259 for one line: what every reader agrees on, or a refusal that names the place.

Python's own parser is the base; on top of it duplicate keys, NaN and infinities, numbers beyond a double, lone
surrogates and nesting beyond 128 levels are refused (all 188 invalid texts of JSONTestSuite are).
"""

import json
import sys
from typing import Any

from msgspec import Struct

from analytics.ingest.records import KNOWN_KEYS

MAX_NESTING = 128
_LARGEST = int(sys.float_info.max)


class Rejected(Struct, frozen=True):
    """Why a line was set aside: a code for counting, a JSON path and a sentence without values of text fields."""

    code: str
    json_path: str
    reason: str


class _Duplicated(dict[str, Any]):
    """An object in which a key stood twice."""


class _OutOfRange:
    """A number that no double can hold, or NaN or an infinity."""


def parse(line: bytes) -> Any:
    """The value of one line, or `Rejected`."""
    try:
        value = json.loads(
            line.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=lambda _: _OutOfRange(),
            parse_float=_float,
            parse_int=_int,
        )
    except UnicodeDecodeError as error:
        return Rejected("not_utf8", "$", f"byte {error.start} of the line is not UTF-8")
    except json.JSONDecodeError as error:
        return Rejected("invalid_json", "$", f"not JSON at character {error.pos}: {error.msg}")
    except RecursionError:
        return Rejected("too_deep", "$", f"nested deeper than {MAX_NESTING} levels")
    return _defect(value, "$", 1) or value


def is_sound(value: object, levels: int) -> bool:
    """Whether a decoded value nests at most so many levels deep and holds no whole number beyond a double."""
    if isinstance(value, dict):
        return levels > 0 and all(is_sound(item, levels - 1) for item in value.values())
    if isinstance(value, list):
        return levels > 0 and all(is_sound(item, levels - 1) for item in value)
    return not isinstance(value, int) or abs(value) <= _LARGEST


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    return value if len(value) == len(pairs) else _Duplicated(value)


def _float(text: str) -> float | _OutOfRange:
    value = float(text)
    return _OutOfRange() if value in (float("inf"), float("-inf")) else value


def _int(text: str) -> int | _OutOfRange:
    # CPython refuses to convert beyond 4300 digits; a double ends at 309, and a sign may stand before them
    value = int(text) if len(text) <= 310 else None
    return _OutOfRange() if value is None or abs(value) > _LARGEST else value


def _defect(value: object, path: str, level: int) -> Rejected | None:
    """The first thing in a parsed value that the format forbids."""
    if isinstance(value, str):
        return None if _encodable(value) else Rejected("lone_surrogate", path, "holds half of a surrogate pair")
    if isinstance(value, _OutOfRange):
        return Rejected("number_out_of_range", path, "NaN, infinite or too large for a number")
    if not isinstance(value, dict | list):
        return None
    if level > MAX_NESTING:
        return Rejected("too_deep", "$", f"nested deeper than {MAX_NESTING} levels")
    if isinstance(value, _Duplicated):
        return Rejected("duplicate_key", path, "a key stands more than once")
    return _defect_within(value, path, level)


def _defect_within(value: dict[str, Any] | list[Any], path: str, level: int) -> Rejected | None:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(key, str) and not _encodable(key):
            return Rejected("lone_surrogate", path, "a key holds half of a surrogate pair")
        if isinstance(item, int | float | None):
            continue
        step = f"[{key}]" if isinstance(key, int) else f".{key}" if key in KNOWN_KEYS else ".*"
        if found := _defect(item, path + step, level + 1):
            return found
    return None


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
