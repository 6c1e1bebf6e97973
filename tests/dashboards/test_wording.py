"""Numbers and dates as text."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from analytics.metrics.registry import Unit, registry
from dashboards import wording


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.7009, "share", "70.1%"),
        (0.7125, "share", "71.3%"),  # half up, where binary rounding would say 71.2
        (1.0, "share", "100.0%"),
        (0.0, "share", "0.0%"),
        (0.0832, "usd", "$0.0832"),
        (0.0, "usd", "$0.0000"),
        (1.237, "usd", "$1.24"),
        (12345.6, "usd", "$12,346"),
        (1240.5, "ms", "1,241 ms"),
        (25.83, "points", "+25.8 points"),
        (-3.1, "points", "\N{MINUS SIGN}3.1 points"),
        (2899.0, "count", "2,899"),
    ],
)
def test_a_value_carries_its_unit(value: float, unit: Unit, text: str) -> None:
    assert wording.amount(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.017, "share", "+1.7 pp"),
        (-0.0041, "share", "\N{MINUS SIGN}0.4 pp"),
        (0.0001, "share", "±0.0 pp"),
        (-0.0001, "share", "±0.0 pp"),
        (-35.0, "ms", "\N{MINUS SIGN}35 ms"),
        (0.0005, "usd", "+$0.0005"),
        (-0.0005, "usd", "\N{MINUS SIGN}$0.0005"),
        (0.00001, "usd", "±$0.0000"),
    ],
)
def test_a_difference_of_shares_is_in_points_of_percent_and_signed(value: float, unit: Unit, text: str) -> None:
    assert wording.difference(value, unit) == text


def test_an_unknown_share_is_not_zero() -> None:
    assert wording.share(None) == "unknown"


@pytest.mark.parametrize(
    ("monday", "name"),
    [(date(2026, 12, 28), "2026-W53"), (date(2027, 1, 4), "2027-W01"), (date(2024, 12, 30), "2025-W01")],
)
def test_a_week_is_named_after_its_iso_year(monday: date, name: str) -> None:
    assert wording.iso_week(monday) == name


@pytest.mark.parametrize(
    ("monday", "dates"),
    [
        (date(2026, 11, 9), "9 to 15 Nov 2026"),
        (date(2026, 10, 26), "26 Oct to 1 Nov 2026"),
        (date(2026, 12, 28), "28 Dec 2026 to 3 Jan 2027"),
    ],
)
def test_the_days_of_a_week_name_month_and_year_where_they_change(monday: date, dates: str) -> None:
    assert wording.week_dates(monday) == dates


def test_a_moment_is_told_in_the_reporting_zone() -> None:
    assert wording.moment(datetime(2026, 11, 29, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin")) == "30 Nov 2026, 00:30"


def test_n_says_what_it_counts() -> None:
    assert wording.counted(registry()["north_star"], 2820) == "2,820 cases"
    assert wording.counted(registry()["ttft_p50_ms"], 0) == "no turns"
