"""The north star of each segment: n, value, interval and its place beside the total."""

from dashboards import wording
from dashboards.edition import Edition
from dashboards.marks import Scale, common_scale, whisker
from dashboards.publication import SEGMENT_DIMENSIONS
from dashboards.records import Kpi
from dashboards.tables import Cell, Row, Table, data_of, interval_cell, value_cell

#: A page is read, not searched: the rest is one query away.
MAX_ROWS = 20


def segment_tables(edition: Edition) -> list[Table]:
    """One table per dimension, all drawn on one scale."""
    cuts = {name: edition.publication.segments(edition.week, "north_star", name) for name in SEGMENT_DIMENSIONS}
    scale = common_scale(kpi for kpis in cuts.values() for kpi in kpis[:MAX_ROWS])
    return [_table(edition, name, kpis, scale) for name, kpis in cuts.items()]


def _table(edition: Edition, dimension: str, kpis: list[Kpi], scale: Scale) -> Table:
    name = dimension.replace("_", " ").capitalize()
    drawn = f"drawn, {scale.low:.0%} to {scale.high:.0%}"
    return Table(
        caption=f"North star by {name.lower()}",
        columns=[name, "n", "North star", "95% interval", drawn],
        rows=[_row(edition, kpi, scale) for kpi in kpis[:MAX_ROWS]],
        note=_rest(len(kpis) - MAX_ROWS),
        is_drawn=True,
    )


def _row(edition: Edition, kpi: Kpi, scale: Scale) -> Row:
    drawn = Cell("", whisker=whisker(kpi, scale, edition.total("north_star").value))
    cells = [Cell(wording.count(kpi.n)), _value(kpi, edition.min_n), interval_cell(kpi), drawn]
    return Row(kpi.segment, cells, is_provisional=kpi.status == "provisional")


def _value(kpi: Kpi, min_n: int) -> Cell:
    """As in other tables, with the shortest word for the commonest reason."""
    return Cell(f"n < {min_n}", data_of(kpi)) if kpi.status == "suppressed" else value_cell(kpi, min_n)


def _rest(hidden: int) -> str:
    return f"{wording.count(hidden)} smaller segments are in mart.kpi_week." if hidden > 0 else ""
