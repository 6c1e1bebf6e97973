"""The comparisons that meetings ask for: last week, a year ago, month, quarter and year to date; sums divided last."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from dashboards import wording
from dashboards.edition import Edition
from dashboards.figures import MonthPoint
from dashboards.labelers import is_one_series
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


def months_table(edition: Edition) -> Table:
    """The numbers behind the months."""
    rows = [
        Row(
            point.label,
            [
                Cell(wording.amount(point.value, "share"), {"value": exact(point.value)}),
                Cell(wording.count(point.n)),
                Cell("whole" if point.is_whole else "not whole"),
            ],
            is_provisional=not point.is_whole,
        )
        for point in month_points(edition, "north_star")
    ]
    return Table("North star by month", ["Month", "North star", "n", "Days"], rows, view="kpi_day")


def comparisons(edition: Edition) -> Table:
    """One column per rate; differences in percentage points."""
    now = [edition.total(metric) for metric, _ in _METRICS]
    last = [edition.publication.total(edition.week - timedelta(weeks=1), metric) for metric, _ in _METRICS]
    year_ago = [edition.publication.total(edition.week - _YEAR, metric) for metric, _ in _METRICS]
    rows = [
        Row(wording.iso_week(edition.week), [value_cell(kpi, edition.min_n) for kpi in now]),
        Row("last week", [_earlier(kpi, edition) for kpi in last]),
        Row("change", [_step(edition, one, before) for one, before in zip(now, last, strict=True)]),
        Row("52 weeks ago", [_earlier(kpi, edition) for kpi in year_ago]),
        Row("change in 52 weeks", [_step(edition, one, before) for one, before in zip(now, year_ago, strict=True)]),
        *(
            Row(f"{name} to date", [_to_date(edition, metric, months) for metric, _ in _METRICS])
            for name, months in (("month", 1), ("quarter", 3), ("year", 12))
        ),
    ]
    note = "To date: the days of final weeks in the calendar month, quarter or year of the last of them."
    return Table("Comparisons", ["", *(label for _, label in _METRICS)], rows, note, view="kpi_day")


def _earlier(kpi: Kpi, edition: Edition) -> Cell:
    """A week before the first call is no week without a measurement."""
    return Cell(NO_VALUE) if kpi.status == "absent" else value_cell(kpi, edition.min_n)


def _step(edition: Edition, now: Kpi, before: Kpi) -> Cell:
    if now.value is None or before.value is None:
        return Cell(NO_VALUE)
    if not is_one_series(edition.publication, now, before):
        return Cell("new series")
    return Cell(wording.difference(now.value - before.value, "share"), {"value": exact(now.value - before.value)})


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
