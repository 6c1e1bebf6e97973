"""Section 5, a constraint: what a minute costs, what it buys, and when an own model would pay."""

from collections.abc import Sequence
from math import inf

from dashboards import figures, wording
from dashboards.charts.chart import Chart, span
from dashboards.constraint_records import BreakEven, Version
from dashboards.edition import Edition
from dashboards.judgement import absence
from dashboards.sentences import judged, shown
from dashboards.spending import price_changes
from dashboards.tables import NO_VALUE, Cell, Row, Table, exact
from dashboards.week_tables import costs_by_week, published_costs


def cost_chart(edition: Edition) -> Chart:
    """What did a minute cost?"""
    costs = published_costs(edition)
    components = figures.stacked_components(costs)
    young = [week for week in edition.weeks if not edition.publication.is_final(week)]
    return Chart(
        "chart-cost",
        _cost_title(edition),
        "US dollars per connected minute, a ratio of sums over priced calls: components stacked, total as a line; pale"
        " bars are provisional, marks are releases, notes and prices that changed.",
        figures.cost_by_week(edition.weeks, costs, young, _events(edition)) if components else None,
        [costs_by_week(edition, "Cost per connected minute by week", components)],
        span(edition.weeks),
        "cost_by_component",
    )


def _events(edition: Edition) -> list[figures.Event]:
    """Releases and notes, and one event for all units of a thing whose prices changed in a week."""
    changed = dict.fromkeys((change.week, change.name) for change in price_changes(edition, edition.weeks))
    prices = [figures.Event(week, f"price of {name}", "price") for week, name in changed]
    return [*edition.events("cost_per_minute_usd"), *prices]


def frontier_chart(edition: Edition) -> Chart:
    """Does a dearer version do better?"""
    placed = [one for one in edition.publication.versions if None not in (one.cost_per_minute_usd, one.north_star)]
    if not placed:
        return Chart("chart-frontier", "Cost against quality: no version has enough cases with a known cost.")
    return Chart(
        "chart-frontier",
        _frontier_title(placed),
        "One point per agent version and model over the newest weeks, whiskers are 95% intervals; up and left is"
        " better, hollow ones lie behind another, noise aside.",
        figures.frontier(placed),
        [_frontier_table(placed)],
        "newest weeks",
        "versions_compared",
    )


def break_even_chart(edition: Edition) -> Chart:
    """From which volume an own model is cheaper than the cloud's."""
    points = [point for point in edition.publication.break_even if point.usd_per_minute is not None]
    if not points:
        return Chart("chart-break-even", "Cloud or own model: no break-even is published.")
    today = next((point.minutes_per_year for point in points if point.is_today), None)
    return Chart(
        "chart-break-even",
        _break_even_title(points, today),
        "The language model alone, in US dollars a connected minute over the yearly volume; both axes logarithmic, own"
        " machines come in steps.",
        figures.break_even(points, today),
        [_break_even_table(points)],
        "a year",
        "cloud_or_self_hosting",
    )


def _cost_title(edition: Edition) -> str:
    if reason := absence(edition.total("cost_per_minute_usd"), edition.min_n):
        return f"Cost per connected minute: {reason}."
    return f"A connected minute cost {shown(edition, 'cost_per_minute_usd')}{judged(edition, 'cost_per_minute_usd')}."


def _frontier_title(versions: Sequence[Version]) -> str:
    if len(versions) == 1:
        return f"Only {wording.quoted(versions[0].name)} has enough cases to be placed."
    best, cheapest = _surely_best(versions), _surely_cheapest(versions)
    if best is None and cheapest is None:
        return "No version is better or cheaper outside the intervals."
    if best is None or cheapest is None:
        said = "cheapest; north stars" if best is None else "best; costs"
        return (
            f"{wording.quoted((best or cheapest or versions[0]).name)} is {said} do not differ outside the intervals."
        )
    if best == cheapest:
        return f"{wording.quoted(best.name)} is both the best and the cheapest."
    return f"{wording.quoted(best.name)} is best, {wording.quoted(cheapest.name)} is cheapest."


def _surely_best(versions: Sequence[Version]) -> Version | None:
    """The version whose interval of the north star lies above all others'."""
    best = max(versions, key=lambda one: one.north_star or 0.0)
    others = [one.north_star_ci_high for one in versions if one != best]
    low = best.north_star_ci_low
    return best if low is not None and all(high is not None and high < low for high in others) else None


def _surely_cheapest(versions: Sequence[Version]) -> Version | None:
    """The version whose interval of the cost lies below all others'."""
    cheapest = min(versions, key=lambda one: one.cost_per_minute_usd or 0.0)
    others = [one.cost_ci_low for one in versions if one != cheapest]
    high = cheapest.cost_ci_high
    return cheapest if high is not None and all(low is not None and high < low for low in others) else None


def _frontier_table(versions: Sequence[Version]) -> Table:
    rows = [
        Row(
            one.name,
            [
                _usd_cell(one.cost_per_minute_usd),
                Cell(wording.share(one.north_star), {"value": exact(one.north_star)}),
                Cell(
                    NO_VALUE
                    if one.north_star_ci_low is None or one.north_star_ci_high is None
                    else wording.interval(one.north_star_ci_low, one.north_star_ci_high, "share")
                ),
                Cell(wording.count(one.cases or 0)),
            ],
        )
        for one in versions
    ]
    columns = ["Version / model", "Cost per minute", "North star", "95% interval", "n"]
    return Table("Versions", columns, rows, view="frontier", fields=("cost_per_minute_usd", "north_star"))


def _break_even_title(points: Sequence[BreakEven], today: float | None) -> str:
    volumes = sorted({point.minutes_per_year for point in points})
    volume = volumes[0] if today is None else today
    there = [point for point in points if point.minutes_per_year == volume]
    cheapest = min(there, key=lambda point: point.usd_per_minute or 0.0)
    option = wording.quoted(cheapest.option.replace("_", " "))
    at = f"today's volume of {volume:,.0f} minutes a year" if today is not None else f"{volume:,.0f} minutes a year"
    return f"Cheapest at {at} is {option} with {wording.usd(cheapest.usd_per_minute or 0.0)} a minute.{_meets(points)}"


def _meets(points: Sequence[BreakEven]) -> str:
    """The smallest published volume at which the own model is cheaper than some model in the cloud."""
    own = {point.minutes_per_year: point.usd_per_minute or 0.0 for point in points if point.option == "self_hosted"}
    cheaper = [
        point
        for point in points
        if point.option != "self_hosted" and own.get(point.minutes_per_year, inf) < (point.usd_per_minute or 0.0)
    ]
    if not own:
        return ""
    if not cheaper:
        return " Self-hosting is never cheaper up to the largest volume."
    first = min(cheaper, key=lambda point: (point.minutes_per_year, -(point.usd_per_minute or 0.0)))
    return f" Self-hosting beats {wording.quoted(first.option)} from {first.minutes_per_year:,.0f} minutes on."


def _break_even_table(points: Sequence[BreakEven]) -> Table:
    options = list(dict.fromkeys(point.option for point in points))
    known = {(point.minutes_per_year, point.option): point.usd_per_minute for point in points}
    rows = [
        Row(f"{volume:,.0f}", [_usd_cell(known.get((volume, option))) for option in options])
        for volume in sorted({point.minutes_per_year for point in points})
    ]
    names = [option.replace("_", " ") for option in options]
    fields = ["usd_per_minute"] * len(options)
    return Table("US dollars per minute", ["Minutes a year", *names], rows, view="break_even", fields=fields)


def _usd_cell(value: float | None) -> Cell:
    return Cell("not known" if value is None else wording.usd(value), {"value": exact(value)})
