"""Review pages from literal cases, friendly and hostile."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from analytics.audit.review import Event, ReviewedCall, ToolUse, Turn
from dashboards.review.page import ReviewCase, render_review

SAMPLE = "2026-W45-1"
DRAWN_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HOSTILE = '</script><img src=x onerror="window.pwned=1"><b>&{{ 7*7 }}\u202e\u2028<!--'


def call(number: int = 1, text: str = "I want to move my appointment", **more: object) -> ReviewedCall:
    turns = (
        Turn("agent", "Good morning.", 400),
        Turn("caller", text, 2_000),
        ToolUse("reschedule", "mcp", transport_ok=True, business_ok=False, error_type=None, result='{"free": []}'),
        Event("hold", "agent", 61_500),
        Turn("agent", None, None),
    )
    facts: dict[str, object] = {
        "call_id": f"native:c{number}",
        "started_at": datetime(2026, 11, 2, 10, 0, tzinfo=UTC),
        "duration_s": 93.4,
        "channel": "phone",
        "language": "en",
        "use_case": "reschedule",
        "end_reason": "customer_hangup",
        "later": False,
        "entries": turns,
    }
    return ReviewedCall(**(facts | more))  # type: ignore[arg-type]


def hostile() -> ReviewedCall:
    entries = (
        Turn("caller", HOSTILE, None),
        Turn("agent", "x" * 5_000, -5),
        ToolUse(HOSTILE, "api", transport_ok=False, business_ok=None, error_type=HOSTILE, result=HOSTILE * 200),
        Event("unknown", HOSTILE, None),
    )
    return call(text=HOSTILE, language='en" onclick="x', use_case=HOSTILE, end_reason=None, entries=entries)


def cases(number: int, calls: tuple[ReviewedCall, ...] = ()) -> list[ReviewCase]:
    return [ReviewCase("native", f"c{n}", 0.125, calls or (call(n), call(n))) for n in range(number)]


def write(file: Path, shown: list[ReviewCase], reviewer: str = "ann") -> Path:
    file.write_text(render_review(SAMPLE, DRAWN_AT, reviewer, shown, ZoneInfo("Europe/Berlin")), "utf-8")
    return file
