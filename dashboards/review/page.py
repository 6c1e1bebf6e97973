"""One reviewer's page: conversations rendered as inert text, answers kept in the browser until they are downloaded."""

import base64
import hashlib
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from analytics.audit.review import ReviewedCall

_HERE = Path(__file__).parent
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
#: A longer tool result is cut: nobody reads it, and hundreds of them make the page slow.
MAX_RESULT_CHARACTERS = 2_000


class ReviewCase(Struct, frozen=True):
    """One case of the page; source and id are how its native record names it."""

    source: str
    case_id: str
    sampling_probability: float
    calls: tuple[ReviewedCall, ...]


def render_review(sample_id: str, drawn_at: datetime, reviewer: str, cases: list[ReviewCase], zone: ZoneInfo) -> str:
    """The page as one HTML document; cases stand in the order given.

    Answers are kept under sample, moment of the draw and reviewer: a sample of another home may have the same name.
    """
    named = [
        {"case_id": case.case_id, "sampling_probability": case.sampling_probability}
        | ({} if case.source == "native" else {"call_source": case.source})
        for case in cases
    ]
    return (
        _environment(zone)
        .get_template("review.html")
        .render(
            cases=cases,
            reviewer=reviewer,
            sample={
                "sample_id": sample_id,
                "drawn_at": drawn_at.isoformat(),
                "labeled_by": reviewer,
                "cases": named,
            },
            scores=range(11),
            max_result=MAX_RESULT_CHARACTERS,
        )
    )


@cache
def _environment(zone: ZoneInfo) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    script = _asset("review.js")
    environment.globals |= {"policy": _policy(script), "stylesheet": _asset("review.css"), "script": script}
    environment.filters |= {
        "clock": _clock,
        "words": _words,
        "language": _language,
        "moment": lambda moment: _moment(moment, zone),
    }
    return environment


def _policy(script: str) -> str:
    """Only this script runs and nothing is ever fetched, whatever a conversation says."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; connect-src 'none';"
        " base-uri 'none'; form-action 'none'"
    )


def _asset(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _clock(at_ms: int | None) -> str:
    """Minutes and seconds from the start of the call; empty where unknown."""
    if at_ms is None or at_ms < 0:
        return ""
    return f"{at_ms // 60_000}:{at_ms // 1000 % 60:02}"


def _words(name: str | None) -> str:
    return (name or "unknown").replace("_", " ")


def _language(name: str | None) -> str:
    """A language tag that a screen reader can use; empty (unknown) for anything else."""
    return name if name and _LANGUAGE.fullmatch(name) else ""


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M %Z}"
