"""Section 1: did the north star move, and is it real?"""

from dashboards import figures, wording
from dashboards.charts.chart import HOLLOW, Chart, measured, moved, span
from dashboards.comparisons import month_points, months_table
from dashboards.edition import Edition
from dashboards.judgement import absence
from dashboards.labelers import series_breaks
from dashboards.week_tables import kpis_by_week


def north_star_chart(edition: Edition) -> Chart:
    """The process behaviour chart: values, limits, target, releases and notes."""
    weeks = edition.long_weeks
    kpis = edition.series("north_star", weeks)
    target = edition.target("north_star")
    return Chart(
        "chart-north-star",
        _north_star_title(edition),
        f"Share of settled, decided cases, n = {wording.count(edition.total('north_star').n)}. {HOLLOW}",
        figures.north_star_by_week(kpis, target, edition.min_n, edition.events("north_star"))
        if measured(kpis)
        else None,
        [kpis_by_week(edition, "North star by week", ["north_star"], weeks)],
        span(weeks),
        "north_star_by_week",
        is_wide=True,
    )


def six_twelve_chart(edition: Edition) -> Chart:
    """The newest six weeks beside twelve months."""
    months = month_points(edition, "north_star")
    weeks = edition.series("north_star")[-6:]
    if not months and not measured(weeks):
        return Chart("chart-months", "Months: no day of this publication is final yet.")
    return Chart(
        "chart-months",
        _months_title(edition),
        "Months add up the days that are final; hollow ones are not whole. The axis does not start at 0.",
        figures.six_weeks_and_months(weeks, months, edition.target("north_star"), "north star (%)"),
        [months_table(edition)],
        span(edition.weeks),
        "north_star_by_month",
    )


def _north_star_title(edition: Edition) -> str:
    kpi = edition.total("north_star")
    if reason := absence(kpi, edition.min_n):
        return f"North star: {reason}."
    fired = f" Signal: {kpi.signal}." if kpi.signal else ""
    return f"North star: {moved(edition, 'north_star')}.{fired}"


def _months_title(edition: Edition) -> str:
    points = [point for point in month_points(edition, "north_star") if point.is_whole]
    if len(points) < 2:
        return "There are not yet two whole months to compare."
    newest, before = points[-1], points[-2]
    if series_breaks(edition.publication, edition.weeks):
        return (
            f"{newest.label}: {wording.amount(newest.value, 'share')}; not compared, another labeler started a series."
        )
    step = wording.difference(newest.value - before.value, "share")
    return f"{newest.label}: {wording.amount(newest.value, 'share')}, {step} against {before.label}."
