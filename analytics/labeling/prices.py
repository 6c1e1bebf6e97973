"""What an answer costs: tokens times the price book, exactly, in nano-USD (1e-9 US dollar)."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from msgspec import Struct

from analytics.labeling.answer import Receipt, Usage
from analytics.labeling.model_families import tier_share

NANO = Decimal(10) ** 9
#: Components of the price book in which a labeling model is looked up, the more specific first.
_COMPONENTS = ("analysis", "llm")


class TokenPrices(Struct, frozen=True):
    """US dollars per token; None where the book has no price."""

    input_usd: Decimal
    output_usd: Decimal
    cached_usd: Decimal
    cache_write_usd: Decimal

    def nano_usd(self, usage: Usage, share: Decimal = Decimal(1)) -> int:
        """Cost of one answer; `share` is the service tier's share of the list price."""
        fresh = max(usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens, 0)
        usd = (
            fresh * self.input_usd
            + usage.cached_tokens * self.cached_usd
            + usage.cache_write_tokens * self.cache_write_usd
            + usage.output_tokens * self.output_usd
        )
        return _nano(usd * share)

    def worst_nano_usd(self, input_tokens: int, output_tokens: int) -> int:
        """The most that so many tokens can cost at list price."""
        dearest = max(self.input_usd, self.cache_write_usd)
        return _nano(input_tokens * dearest + output_tokens * self.output_usd)

    def billed_nano_usd(self, receipt: Receipt) -> int | None:
        """Cost of an answer by its receipt; None where usage or tier is unknown."""
        share = tier_share(receipt.service_tier)
        return None if receipt.usage is None or share is None else self.nano_usd(receipt.usage, share)


def _nano(usd: Decimal) -> int:
    return int((usd * NANO).to_integral_value(ROUND_HALF_EVEN))


def token_prices(price_book: Path, model: str, day: date) -> TokenPrices | None:
    """Prices of a model of provider `openai` on a day; None unless input and output tokens are priced.

    A cache write without a price costs what input costs, and so does a cached token: the book then knows of no
    discount.
    """
    with price_book.open(newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    for component in _COMPONENTS:
        units = _units((row for row in rows if row["component"] == component), model, day)
        if {"input_token", "output_token"} <= units.keys():
            price = units["input_token"]
            return TokenPrices(
                price,
                units["output_token"],
                units.get("cached_input_token", price),
                units.get("cache_write_token", price),
            )
    return None


def _units(rows: Iterable[Mapping[str, str]], model: str, day: date) -> dict[str, Decimal]:
    """US dollars per unit, of the newest period that holds the day."""
    found: dict[str, tuple[str, Decimal]] = {}
    for row in rows:
        if (row["provider"], row["model"]) == ("openai", model) and row["valid_from"] <= day.isoformat() < (
            row["valid_to"] or "9999-12-31"
        ):
            since, _ = found.get(row["unit"], ("", Decimal(0)))
            if row["valid_from"] >= since:
                found[row["unit"]] = (row["valid_from"], Decimal(row["usd"]) / Decimal(row["per"]))
    return {unit: price for unit, (_, price) in found.items()}
