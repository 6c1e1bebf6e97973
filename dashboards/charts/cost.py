"""Section 5, a constraint: what a minute costs, what it buys, and when an own model would pay."""

from dashboards import figures, wording
from dashboards.charts.chart import Chart, span
from dashboards.edition import Edition
from dashboards.judgement import absence
from dashboards.records import BreakEven, Kpi
from dashboards.sentences import judged, shown
from dashboards.tables import Cell, Row, Table, exact, interval_cell, value_cell
from dashboards.week_tables import costs_by_week

#: Below this a version's point would be noise.
_MIN_CASES = 300
_WEEKS_A_YEAR = 365.25 / 7


def cost_chart(edition: Edition) -> Chart:
    """What did a minute cost?"""
    costs = [cost for cost in edition.publication.costs if cost.week in edition.weeks]
    components = figures.stacked_components(costs)
    young = [week for week in edition.weeks if not edition.publication.is_final(week)]
    return Chart(
        "chart-cost",
        _cost_title(edition),
        "US dollars per connected minute, a ratio of sums over priced calls: components stacked, total as a line; pale"
        " bars are provisional.",
        figures.cost_by_week(edition.weeks, costs, young) if components else None,
        [costs_by_week(edition, "Cost per connected minute by week", components)],
        span(edition.weeks),
        "cost_by_component",
    )


def frontier_chart(edition: Edition) -> Chart:
    """Does a dearer version do better?"""
    publication = edition.publication
    stars = publication.segments(edition.week, "north_star", "agent_version")
    points = [
        (publication.segment(edition.week, "cost_per_minute_usd", "agent_version", star.segment), star)
        for star in stars
        if star.n >= _MIN_CASES and star.value is not None
    ]
    points = [(cost, star) for cost, star in points if cost.value is not None]
    if not points:
        return Chart(
            "chart-frontier", f"Cost against quality: no version has {_MIN_CASES} cases with a known cost this week."
        )
    return Chart(
        "chart-frontier",
        _frontier_title(points),
        "One point per agent version, whiskers are 95% intervals; up and left is better.",
        figures.frontier(points),
        [_frontier_table(edition, points)],
        wording.iso_week(edition.week),
        "versions_compared",
    )


def break_even_chart(edition: Edition) -> Chart:
    """From which volume an own model is cheaper than the cloud's."""
    points = [point for point in edition.publication.break_even if point.usd_per_minute is not None]
    if not points:
        return Chart("chart-break-even", "Cloud or own model: no break-even is published.")
    today = _minutes_a_year(edition)
    return Chart(
        "chart-break-even",
        _break_even_title(points, today),
        "US dollars per connected minute over the yearly volume, both axes logarithmic; own machines come in steps.",
        figures.break_even(points, today),
        [_break_even_table(points)],
        "a year",
        "break_even",
    )


def _cost_title(edition: Edition) -> str:
    if reason := absence(edition.total("cost_per_minute_usd"), edition.min_n):
        return f"Cost per connected minute: {reason}."
    return f"A connected minute cost {shown(edition, 'cost_per_minute_usd')}{judged(edition, 'cost_per_minute_usd')}."


def _frontier_title(points: list[tuple[Kpi, Kpi]]) -> str:
    if len(points) == 1:
        return f"Only version {wording.quoted(points[0][1].segment)} has enough cases to be placed."
    best = max(points, key=lambda point: point[1].value or 0.0)[1]
    cheapest = min(points, key=lambda point: point[0].value or 0.0)[0]
    if best.segment == cheapest.segment:
        return f"Version {wording.quoted(best.segment)} is both the best and the cheapest."
    return f"Version {wording.quoted(best.segment)} is best, version {wording.quoted(cheapest.segment)} is cheapest."


def _frontier_table(edition: Edition, points: list[tuple[Kpi, Kpi]]) -> Table:
    rows = [
        Row(star.segment, [value_cell(cost, edition.min_n), value_cell(star, edition.min_n), interval_cell(star),
                           Cell(wording.count(star.n))])
        for cost, star in points
    ]  # fmt: skip
    return Table("Versions", ["Version", "Cost per minute", "North star", "95% interval", "n"], rows, view="kpi_week")


def _minutes_a_year(edition: Edition) -> float | None:
    """This week's connected minutes, priced or not, times the weeks of a year."""
    total = next(
        (cost for cost in edition.publication.costs if cost.week == edition.week and cost.component == "all"), None
    )
    if total is None or total.minutes is None or not total.priced_share:
        return None
    return float(total.minutes) / total.priced_share * _WEEKS_A_YEAR


def _break_even_title(points: list[BreakEven], today: float | None) -> str:
    at = f"at today's volume of {today:,.0f} minutes a year" if today else "at the smallest volume"
    volumes = sorted({point.volume for point in points})
    volume = min(volumes, key=lambda one: abs(one - today)) if today else volumes[0]
    there = [point for point in points if point.volume == volume]
    cheapest = min(there, key=lambda point: point.usd_per_minute or 0.0)
    option = wording.quoted(cheapest.option.replace("_", " "))
    return f"Cheapest {at} is {option} with {wording.usd(cheapest.usd_per_minute or 0.0)} per minute."


def _break_even_table(points: list[BreakEven]) -> Table:
    options = list(dict.fromkeys(point.option for point in points))
    known = {(point.volume, point.option): point.usd_per_minute for point in points}
    rows = [
        Row(f"{volume:,.0f}", [_usd_cell(known.get((volume, option))) for option in options])
        for volume in sorted({point.volume for point in points})
    ]
    return Table("US dollars per minute", ["Minutes a year", *options], rows, view="break_even")


def _usd_cell(value: float | None) -> Cell:
    return Cell("not known" if value is None else wording.usd(value), {"value": exact(value)})
