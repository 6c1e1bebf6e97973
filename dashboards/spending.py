"""What stands behind section 5, folded: money spent on calls that could help nobody, and what was paid for by unit."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal

from dashboards import wording
from dashboards.constraint_records import CostPart, PriceChange, Waste
from dashboards.edition import Edition
from dashboards.tables import NO_VALUE, Cell, Folded, Row, Table, count_cell, exact

#: Rows of mart.waste_week that are no waste: `not_connected` are dial attempts, which no share of the cost counts.
_USEFUL, _BESIDE = "none", "not_connected"


def spending(edition: Edition) -> list[Folded]:
    """The parts that this publication has."""
    waste = [row for row in edition.publication.waste if row.week == edition.week]
    parts = [row for row in edition.publication.cost_parts if row.week == edition.week]
    blocks = [_wasted(edition, waste)] if waste else []
    return [*blocks, _by_unit(edition, parts)] if parts else blocks


def _wasted(edition: Edition, rows: Sequence[Waste]) -> Folded:
    before = [row for row in edition.publication.waste if row.week == edition.week - timedelta(weeks=1)]
    share = _wasted_share(rows)
    past = "" if _wasted_share(before) is None else f" ({wording.share(_wasted_share(before))} the week before)"
    finding = (
        "Money spent on calls that could not help: no cost is known."
        if share is None
        else f"{wording.share(share)} of the money went to calls that could not help anybody{past}."
    )
    table = Table(
        "Cost of calls by what they came to",
        ["Calls", "Number", "Minutes", "Cost", "Share of the cost"],
        [_waste_row(row) for row in rows],
        "A call counts under the first that holds: ineligible, dropped, failed by its label; not connected stands"
        " beside the total.",
        view="waste_week",
        fields=("calls", "", "cost_usd", "cost_share"),
    )
    return Folded(finding, "Table: where the money was wasted", [table])


def _wasted_share(rows: Collection[Waste]) -> float | None:
    """Cost of the calls that could not help / cost of all connected ones."""
    known = {row.reason: row.cost_usd for row in rows if row.cost_usd is not None and row.reason != _BESIDE}
    total = sum(known.values(), Decimal(0))
    return float((total - known.get(_USEFUL, Decimal(0))) / total) if total else None


def _waste_row(row: Waste) -> Row:
    name = "could help" if row.reason == _USEFUL else row.reason.replace("_", " ")
    minutes = NO_VALUE if row.minutes is None else wording.amount(float(row.minutes), "count")
    share = (
        Cell(NO_VALUE)
        if row.cost_share is None
        else Cell(wording.share(row.cost_share), {"value": exact(row.cost_share)})
    )
    return Row(name, [count_cell(row.calls), Cell(minutes), _usd_cell(row.cost_usd), share])


def _by_unit(edition: Edition, parts: Sequence[CostPart]) -> Folded:
    dearest = max(parts, key=lambda part: (part.cost_usd or Decimal(0), part.component, part.unit or ""))
    unpriced = sum(part.unpriced_lines for part in parts)
    lines = sum(part.lines for part in parts)
    said = f"{wording.count(unpriced)} of {wording.count(lines)} usage lines have no price."
    if dearest.cost_per_minute_usd is not None:
        what = dearest.component if dearest.unit is None else f"{dearest.component}, per {_unit(dearest.unit)}"
        said = (
            f"The dearest unit is {wording.quoted(what)}, {wording.usd(dearest.cost_per_minute_usd)} a minute; {said}"
        )
    table = Table(
        "Cost by component and unit",
        ["Component", "Unit", "Quantity", "Cost", "Per minute", "Unpriced lines"],
        [_part_row(part) for part in parts],
        "Cost and quantity are those of fully priced calls.",
        view="cost_part_week",
        fields=("", "quantity", "cost_usd", "cost_per_minute_usd", "unpriced_lines"),
    )
    return Folded(said, "Table: what was paid for", [table, _prices(edition)])


def _part_row(part: CostPart) -> Row:
    quantity = part.quantity
    said = NO_VALUE if quantity is None else wording.amount(float(quantity), "count")
    return Row(
        part.component,
        [
            Cell(_unit(part.unit)),
            Cell(said, {"value": exact(quantity)}),
            _usd_cell(part.cost_usd),
            _usd_cell(part.cost_per_minute_usd),
            count_cell(part.unpriced_lines),
        ],
    )


def _prices(edition: Edition) -> Table:
    shown = price_changes(edition, edition.weeks)
    return Table(
        "Prices that changed while calls were made",
        ["From", "What", "Was", "Is"],
        [_price_row(change) for change in shown],
        "The weeks of the cost chart, which marks them.",
        view="price_changes",
        fields=("", "old_usd", "usd"),
    )


def price_changes(edition: Edition, weeks: Collection[date]) -> list[PriceChange]:
    """Prices that took effect in these weeks."""
    return [change for change in edition.publication.price_changes if change.week in weeks]


def _price_row(change: PriceChange) -> Row:
    unit = _unit(change.unit)
    was = NO_VALUE if change.old_usd is None else _price(change.old_usd, change.old_per or 1, unit)
    return Row(
        wording.day(change.valid_from),
        [
            Cell(f"{change.name}, {unit}"),
            Cell(was, {"value": exact(change.old_usd)}),
            Cell(_price(change.usd, change.per, unit), {"value": exact(change.usd)}),
        ],
    )


def _price(usd: Decimal, per: int, unit: str) -> str:
    return f"{wording.usd(usd)} per {wording.count(per)} {unit}s" if per != 1 else f"{wording.usd(usd)} per {unit}"


def _unit(unit: str | None) -> str:
    return NO_VALUE if unit is None else unit.replace("_", " ")


def _usd_cell(value: Decimal | float | None) -> Cell:
    return Cell("not priced" if value is None else wording.usd(value), {"value": exact(value)})
