"""What an answer costs: tokens times the price book, exactly, in nano-USD (1e-9 US dollar)."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from msgspec import Struct

from analytics.labeling.answer import Receipt, Usage
from analytics.labeling.model_families import tier_share

NANO = Decimal(10) ** 9


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

    def billed_nano_usd(self, receipt: Receipt, *, in_batch: bool = False) -> int | None:
        """Cost of an answer by its receipt; None where usage or tier is unknown. In a batch no tier is told apart."""
        share = tier_share("batch" if in_batch else receipt.service_tier)
        return None if receipt.usage is None or share is None else self.nano_usd(receipt.usage, share)


def usd_of(nano_usd: int | None) -> Decimal | None:
    """US dollars, exactly; unknown stays unknown."""
    return None if nano_usd is None else Decimal(nano_usd) / NANO


def _nano(usd: Decimal) -> int:
    return int((usd * NANO).to_integral_value(ROUND_HALF_EVEN))


def token_prices(usd_per_token: Mapping[str, Decimal]) -> TokenPrices | None:
    """Prices by the units of the price book; None unless input and output tokens are priced.

    A cache write without a price costs what input costs, and so does a cached token: the book then knows of no
    discount.
    """
    if not {"input_token", "output_token"} <= usd_per_token.keys():
        return None
    price = usd_per_token["input_token"]
    return TokenPrices(
        price,
        usd_per_token["output_token"],
        usd_per_token.get("cached_input_token", price),
        usd_per_token.get("cache_write_token", price),
    )
