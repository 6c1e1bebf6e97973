"""The comparisons that meetings ask for: last week, a year ago, month, quarter and year to date; sums divided last."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from dashboards import wording
from dashboards.edition import Edition
from dashboards.figures import MonthPoint
from dashboards.records import Day, Kpi
from dashboards.tables import NO_VALUE, Cell, Row, Table, exact, value_cell

_METRICS = (
    ("north_star", "North star"),
    ("handled_rate", "Handled"),
    ("neutral_to_positive_rate", "Neutral-to-positive"),
)
_MONTHS_SHOWN = 12
#: 52 whole weeks: the same weekdays, and no trouble with years of 53 weeks.
_YEAR = timedelta(weeks=52)


def month_points(edition: Edition, metric: str) -> list[MonthPoint]:
    """The newest twelve months up to the edition's week."""
    days = _days(edition, metric)
    months = sorted({day.day.replace(day=1) for day in days})[-_MONTHS_SHOWN:]
    return [_point(month, days) for month in months]


def _point(month: date, days: Sequence[Day]) -> MonthPoint:
    of_month = [day for day in days if day.day.replace(day=1) == month]
    end = month.replace(day=monthrange(month.year, month.month)[1])
    is_whole = days[0].day <= month and end <= days[-1].day
    n = round(sum(day.denominator for day in of_month))
    return MonthPoint(wording.month(month), _ratio(of_month) or 0.0, n, is_whole)


def comparisons(edition: Edition) -> Table:
    """One row per rate; differences in percentage points."""
    return Table(
        "Comparisons",
        [
            "Rate",
            "This week",
            "Last week",
            "Change",
            "52 weeks ago",
            "Month to date",
            "Quarter to date",
            "Year to date",
        ],
        [_row(edition, metric, label) for metric, label in _METRICS],
        "To date: over the days of final weeks in the calendar month, quarter or year of the week's last final day.",
        view="kpi_day",
    )


def _row(edition: Edition, metric: str, label: str) -> Row:
    now = edition.total(metric)
    last = edition.publication.total(edition.week - timedelta(weeks=1), metric)
    year_ago = edition.publication.total(edition.week - _YEAR, metric)
    step = None if now.value is None or last.value is None else now.value - last.value
    change = Cell(NO_VALUE) if step is None else Cell(wording.difference(step, "share"), {"value": exact(step)})
    dates = [_to_date(edition, metric, months) for months in (1, 3, 12)]
    return Row(
        label,
        [value_cell(now, edition.min_n), _earlier(last, edition), change, _earlier(year_ago, edition), *dates],
    )


def _earlier(kpi: Kpi, edition: Edition) -> Cell:
    """A week before the first call is no week without a measurement."""
    return Cell(NO_VALUE) if kpi.status == "absent" else value_cell(kpi, edition.min_n)


def _to_date(edition: Edition, metric: str, months: int) -> Cell:
    days = _days(edition, metric)
    if not days:
        return Cell(NO_VALUE)
    last = days[-1].day
    first = date(last.year, (last.month - 1) // months * months + 1, 1)
    value = _ratio(day for day in days if day.day >= first)
    return Cell(NO_VALUE) if value is None else Cell(wording.amount(value, "share"), {"value": exact(value)})


def _ratio(days: Iterable[Day]) -> float | None:
    summed = [(day.numerator, day.denominator) for day in days]
    denominator = sum(one for _, one in summed)
    return sum(one for one, _ in summed) / denominator if denominator else None


def _days(edition: Edition, metric: str) -> list[Day]:
    """Days of final weeks up to the edition's week, oldest first."""
    end = edition.week + timedelta(days=6)
    return [day for day in edition.publication.days if day.metric == metric and day.day <= end]
