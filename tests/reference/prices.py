"""What usage costs, line by line: billed, priced by the dated price book, or unpriced."""

from __future__ import annotations

import csv
from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.reference.values import not_negative, of_vocabulary

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from tests.reference.receipt import Record

COMPONENTS = (
    *("telephony", "network", "vad", "endpointing", "stt", "llm", "tool", "tts", "realtime", "platform"),
    *("analysis", "human", "fixed", "unknown"),
)
BESIDE_THE_TOTAL = ("analysis", "human")


@dataclass(frozen=True)
class Item:
    """One row of `core.cost_items`; `usd` is None where it is unpriced."""

    component: str
    unit: str
    quantity: Decimal | None
    usd: Decimal | None
    basis: str
    price_id: str | None
    included: bool


class PriceBook:
    """The rows of the price book; the first day counts, the last one does not; of two rows the one that began later."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            self.rows = sorted(csv.DictReader(file), key=lambda row: row["valid_from"], reverse=True)

    def of(self, day: date, **what: str) -> dict[str, str] | None:
        """The row that holds on a day."""
        for row in self.rows:
            if all(row[key] == value for key, value in what.items()) and holds(row, day):
                return row
        return None

    def items(self, usage: list[Record], day: date) -> list[Item]:
        """Every line and unit of a call; a vendor's total counts only where no other line does."""
        parts = [line for line in usage if line["component"] not in ("total", *BESIDE_THE_TOTAL)]
        return [item for line in usage for item in self._of_line(line, day, has_parts=bool(parts))]

    def _of_line(self, line: Record, day: date, *, has_parts: bool) -> list[Item]:
        component = of_vocabulary(line["component"], COMPONENTS) or "unknown"
        included = component not in BESIDE_THE_TOTAL and not (line["component"] == "total" and has_parts)
        if "cost" in line:
            amount = Decimal(line["cost"]["amount"]) if line["cost"]["currency"] == "USD" else None
            return [Item(component, "bill", None, amount, "unpriced" if amount is None else "billed", None, included)]
        found = []
        for unit, quantity in quantities(line) or [("none", None)]:
            names = {key: line.get(key, "") for key in ("component", "provider", "model")}
            row = None if quantity is None else self.of(day, **names, unit=unit)
            usd = None if row is None or quantity is None else quantity * Decimal(row["usd"]) / Decimal(row["per"])
            price_id = "/".join((*names.values(), unit, row["valid_from"])) if row else None
            basis = "unpriced" if usd is None else "priced"
            found.append(Item(component, unit, quantity, usd, basis, price_id, included))
        return found

    def of_call(self, usage: list[Record], day: date, required: tuple[str, ...]) -> Decimal | None:
        """What the call cost, or None where anything about it is not known."""
        counted = [item for item in self.items(usage, day) if item.included]
        missing = set(required) - {item.component for item in counted}
        if not counted or missing or any(item.usd is None for item in counted):
            return None
        return sum((item.usd for item in counted if item.usd is not None), Decimal(0))

    def fixed_usd(self, day: date) -> Decimal:
        """What a day costs of the monthly items: the same on each day of its month."""
        items = [row for row in self.rows if row["component"] == "fixed" and row["unit"] == "month" and holds(row, day)]
        newest = {(row["provider"], row["model"]): row for row in reversed(items)}.values()
        days = monthrange(day.year, day.month)[1]
        return sum((Decimal(row["usd"]) / Decimal(row["per"]) / days for row in newest), Decimal(0))


def holds(row: dict[str, str], day: date) -> bool:
    return row["valid_from"] <= day.isoformat() < (row["valid_to"] or "9999")


def quantities(usage: Record) -> list[tuple[str, Any]]:
    """What a usage line counts, by unit; a negative count is unknown; input tokens are those not read from or written to a cache."""
    counts = {
        "input_token": usage.get("input_tokens"),
        "cached_input_token": usage.get("cached_input_tokens"),
        "cache_write_token": usage.get("cache_write_tokens"),
        "output_token": usage.get("output_tokens"),
        "character": usage.get("characters"),
        "second": usage.get("billed_s", usage.get("audio_s")),
    }
    given = {unit: not_negative(count) for unit, count in counts.items() if count is not None}
    found = {unit: None if count is None else Decimal(str(count)) for unit, count in given.items()}
    fresh = found.get("input_token")
    if fresh is not None:
        cached = (found.get("cached_input_token") or 0) + (found.get("cache_write_token") or 0)
        found["input_token"] = max(fresh - cached, Decimal(0))
    return list(found.items())
