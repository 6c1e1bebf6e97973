"""The north star of each segment: n, value, interval, factors, what it added to the step, and its place and history."""

from dashboards import wording
from dashboards.edition import Edition
from dashboards.marks import Scale, common_scale, spark, whisker
from dashboards.publication import SEGMENT_DIMENSIONS
from dashboards.records import Driver, Kpi
from dashboards.tables import NO_VALUE, Cell, Row, Table, exact, interval_cell, value_cell

#: A page is read, not searched: the rest is one query away.
MAX_ROWS = 12


def segment_tables(edition: Edition) -> list[Table]:
    """One table per dimension, all drawn on one scale."""
    cuts = {name: edition.publication.segments(edition.week, "north_star", name) for name in SEGMENT_DIMENSIONS}
    scale = common_scale(kpi for kpis in cuts.values() for kpi in kpis[:MAX_ROWS])
    return [_table(edition, name, kpis, scale) for name, kpis in cuts.items()]


def _table(edition: Edition, dimension: str, kpis: list[Kpi], scale: Scale) -> Table:
    name = dimension.replace("_", " ").capitalize()
    has_drivers = any(row.dimension == dimension for row in edition.drivers)
    columns = [name, "n", "North star", "95% interval", "Handled", "Neutral-to-positive"]
    columns += ["Added to the step"] if has_drivers else []
    return Table(
        caption=f"North star by {name.lower()}",
        columns=[*columns, wording.weeks(len(edition.weeks)), f"drawn, {scale.low:.0%} to {scale.high:.0%}"],
        rows=[_row(edition, kpi, scale, has_drivers=has_drivers) for kpi in kpis[:MAX_ROWS]],
        note=_rest(len(kpis) - MAX_ROWS),
        drawn=2,
        view="kpi_week",
    )


def _row(edition: Edition, kpi: Kpi, scale: Scale, *, has_drivers: bool) -> Row:
    history = [edition.publication.segment(week, "north_star", kpi.dimension, kpi.segment) for week in edition.weeks]
    factors = [
        edition.publication.segment(kpi.week, metric, kpi.dimension, kpi.segment)
        for metric in ("handled_rate", "neutral_to_positive_rate")
    ]
    drawn = Cell("", whisker=whisker(kpi, scale, edition.total("north_star").value))
    cells = [Cell(wording.count(kpi.n)), value_cell(kpi, edition.min_n), interval_cell(kpi)]
    cells += [_factor(factor, edition.min_n) for factor in factors]
    cells += [_added(edition, kpi)] if has_drivers else []
    cells += [Cell("", spark=spark(history)), drawn]
    return Row(kpi.segment, cells, is_provisional=kpi.status == "provisional")


def _factor(kpi: Kpi, min_n: int) -> Cell:
    return Cell(NO_VALUE) if kpi.value is None else value_cell(kpi, min_n)


def _added(edition: Edition, kpi: Kpi) -> Cell:
    found = [row for row in edition.drivers if (row.dimension, row.segment) == (kpi.dimension, kpi.segment)]
    return _driver_cell(found[0]) if found else Cell(NO_VALUE)


def _driver_cell(driver: Driver) -> Cell:
    said = wording.difference(driver.total_effect, "share")
    return Cell(said if driver.is_real else f"{said} (noise)", {"value": exact(driver.total_effect)})


def _rest(hidden: int) -> str:
    return f"{wording.count(hidden)} smaller segments are in mart.kpi_week." if hidden > 0 else ""
