"""What makes two rows the same record, and the day on which a record lies, as SQL."""

from analytics.ingest.raw_schema import columns

_CONTENT = "coalesce('id ' || id, 'content ' || fingerprint || ' ' || ordinal)"
_KEYS = {
    "calls": ("id",),
    "turns": ("call_id", "seq"),
    "tool_calls": ("call_id", "id"),
    "events": ("call_id", _CONTENT),
    "usage": ("call_id", _CONTENT),
    "surveys": ("id",),
    "cases": ("id",),
    "human_labels": (
        "coalesce(call_source, source)",
        "'call ' || call_id",
        "'case ' || case_id",
        "labeled_by",
        "sample_id",
    ),
}
_MOMENT = {
    "calls": "started_at",
    "surveys": "coalesce(answered_at, invited_at, received_at)",
    "cases": "coalesce(opened_at, closed_at, received_at)",
    "human_labels": "labeled_at",
}


def identity(kind: str) -> str:
    """Text of a row's identity; ids hold no control characters, so chr(31) separates them safely."""
    keys = ", ".join(f"coalesce({key}::varchar, '')" for key in _KEYS[kind])
    return f"concat_ws(chr(31), source, {keys})"


def day(kind: str) -> str:
    """UTC date of a row; NULL for a child, which lies where its call does."""
    return f"timezone('UTC', {_MOMENT[kind]})::date" if kind in _MOMENT else "null::date"


def call_id(kind: str) -> str:
    """The call that a row names, as the producer calls it."""
    return "call_id" if "call_id" in columns(kind) else "id"
