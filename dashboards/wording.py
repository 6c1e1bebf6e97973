"""Numbers and dates as text. Every number on the page is written here, so it looks the same everywhere.

A value is rounded half up on its shortest decimal form, as DuckDB's round() does: 0.7125 is 71.3%.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from analytics.metrics.registry import Metric, Unit

_LONGEST_NAME = 32
MINUS = "\N{MINUS SIGN}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Parts of the wait in the order in which the time passes.
PARTS = ("endpointing", "stt", "llm_ttft", "tool", "tts_ttfb", "unattributed")
_PART_NAMES = {
    "ttft": "the whole wait", "endpointing": "end of turn", "stt": "recognition", "llm_ttft": "model", "tool": "tools",
    "tts_ttfb": "speech", "unattributed": "rest",
}  # fmt: skip
_COUNTED = {
    "case": "cases",
    "call": "calls",
    "turn": "turns",
    "tool_call": "tool calls",
    "disconnect": "disconnects",
    "spend": "handled neutral-to-positive cases",
}


def amount(value: float, unit: Unit) -> str:
    """A value with its unit: 70.1%, $0.0832, 1,240 ms, +26 points, 2,899."""
    match unit:
        case "share":
            return f"{_number(Decimal(repr(value)) * 100, 1)}%"
        case "usd":
            return usd(value)
        case "ms":
            return f"{_number(value, 0)} ms"
        case "points":
            return f"{_signed(value, 1)} points"
        case "count":
            return _number(value, 0)


def difference(value: float, unit: Unit) -> str:
    """A signed difference, with a true minus sign: +1.7 pp, +35 ms, +$0.0012."""
    match unit:
        case "share":
            return f"{_signed(Decimal(repr(value)) * 100, 1)} pp"
        case "usd":
            return f"{_sign(usd(abs(value)), value)}{usd(abs(value))}"
        case "ms":
            return f"{_signed(value, 0)} ms"
        case "points":
            return f"{_signed(value, 1)} points"
        case "count":
            return _signed(value, 0)


def interval(low: float, high: float, unit: Unit) -> str:
    """Both ends of an interval: 69.2% to 71.0%."""
    return f"{amount(low, unit)} to {amount(high, unit)}"


def share(value: float | None) -> str:
    """A share as a percentage, or what stands in its place where it is unknown."""
    return "unknown" if value is None else amount(value, "share")


def usd(value: float | Decimal) -> str:
    """US dollars: whole ones from a thousand up, cents from one dollar up, hundredths of a cent below."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    size = abs(exact)
    decimals = 0 if size >= 1000 else 2 if size >= 1 else 4
    return f"{MINUS if exact < 0 else ''}${_number(size, decimals)}"


def count(number: int) -> str:
    """A count with thousands separators."""
    return f"{number:,}"


def counted(metric: Metric, number: int) -> str:
    """What n counts: 2,820 cases."""
    return f"{count(number)} {_COUNTED[metric.grain]}" if number else f"no {_COUNTED[metric.grain]}"


def weeks(number: int) -> str:
    """A number of weeks: 1 week, 13 weeks."""
    return "1 week" if number == 1 else f"{count(number)} weeks"


def quoted(name: str) -> str:
    """A name from the data inside a sentence or a chart: cut when long, and unable to turn its neighbours around."""
    cut = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}\N{HORIZONTAL ELLIPSIS}"
    return f"\N{FIRST STRONG ISOLATE}{cut}\N{POP DIRECTIONAL ISOLATE}"


def part_name(component: str) -> str:
    """A part of the wait as a reader calls it."""
    return _PART_NAMES.get(component, component)


def iso_week(monday: date) -> str:
    """The ISO week of a Monday, 2026-W53 (the ISO year, not the calendar year)."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def short_week(monday: date) -> str:
    """A week where its year is clear: W53."""
    return iso_week(monday)[5:]


def day(date_: date) -> str:
    """A day: 26 Nov 2026."""
    return f"{date_.day} {_MONTHS[date_.month - 1]} {date_.year}"


def month(first: date) -> str:
    """A month: Nov 2026."""
    return f"{_MONTHS[first.month - 1]} {first.year}"


def week_dates(monday: date) -> str:
    """The days of a week: 9 to 15 Nov 2026."""
    sunday = monday + timedelta(days=6)
    year = f" {monday.year}" if monday.year != sunday.year else ""
    month = f" {_MONTHS[monday.month - 1]}" if monday.month != sunday.month else ""
    return f"{monday.day}{month}{year} to {sunday.day} {_MONTHS[sunday.month - 1]} {sunday.year}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """A moment in the reporting zone: 10 Nov 2026, 06:12."""
    local = instant.astimezone(zone)
    return f"{day(local.date())}, {local:%H:%M}"


def _number(value: float | Decimal, decimals: int) -> str:
    exact = Decimal(repr(value)) if isinstance(value, float | int) else value
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded or abs(rounded):,}".replace("-", MINUS)


def _signed(value: float | Decimal, decimals: int) -> str:
    text = _number(value if value >= 0 else -value, decimals)
    return f"{_sign(text, value)}{text}"


def _sign(text: str, value: float | Decimal) -> str:
    """The sign of a rounded number: one that rounds to nothing has both."""
    if not any(digit in text for digit in "123456789"):
        return "±"
    return MINUS if value < 0 else "+"
