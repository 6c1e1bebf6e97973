"""Numbers of a page that say which published row they are, and the downloads that must hold them."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from tests.dashboards.reading import Element, Page

Record = Mapping[str, str]


@dataclass(frozen=True)
class ShownRow:
    """One row of a table: the published table that it stands on, and the cells by the column that each shows."""

    view: str
    cells: tuple[tuple[str, Element], ...]

    def is_in(self, record: Record) -> bool:
        """Whether a published row has all these values."""
        return all(same(cell["data-value"], record[name]) for name, cell in self.cells)


def shown_rows(page: Page) -> Iterator[ShownRow]:
    """Rows of the tables that name their view."""
    table: dict[str, str] = {}
    cells: list[Element] = []
    for element in [*page.elements, Element("tr", {})]:
        if element.tag in ("tr", "table"):
            yield from _rows(table.get("data-view", ""), table.get("data-fields", "").split(","), cells)
            cells = []
        if element.tag == "table":
            table = element.attributes
        elif element.tag == "td":
            cells.append(element)


def _rows(view: str, fields: list[str], cells: list[Element]) -> Iterator[ShownRow]:
    """One row of a table; of a pivot, where a column stands more than once, each cell with a number is one."""
    named = tuple((f, cell) for f, cell in zip(fields, cells, strict=False) if f and "data-value" in cell.attributes)
    columns = [name for name in fields if name]
    if len(set(columns)) < len(columns):
        yield from (ShownRow(view, (one,)) for one in named if one[1]["data-value"])
    elif view and named:
        yield ShownRow(view, named)


def same(shown: str, published: str | None) -> bool:
    """Whether two texts are the same number, or both none."""
    return not published if not shown else bool(published) and Decimal(shown) == Decimal(published or "")


def reads_as(text: str, value: str) -> bool:
    """Whether a text is the value, rounded half up to the decimals that it shows; no value has no digit."""
    found = re.search(r"(\N{MINUS SIGN}?)\$?(\d[\d,]*(?:\.\d+)?)( ?%| pp)?", text)
    if not value or not found:
        return not value and (not found or text.startswith("n < "))
    sign, digits, scale = found.groups()
    exact = Decimal(value) * (100 if scale else 1)
    shown = Decimal(digits.replace(",", ""))
    rounded = exact.quantize(Decimal(1).scaleb(min(0, int(shown.as_tuple().exponent))), ROUND_HALF_UP)
    return rounded == (-shown if sign else shown)


def downloaded(folder: Path, view: str) -> list[Record]:
    """The rows of a download."""
    with (folder / f"{view}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
