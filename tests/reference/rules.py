"""The settings of the contract and the one clock of all judgements."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WINDOW = timedelta(hours=168)
SHIPPED_PRICES = Path(__file__).parents[2] / "data_samples" / "price_book.csv"


@dataclass(frozen=True)
class Rules:
    """`as_of` and the reporting zone of a run, and what else its settings change."""

    as_of: datetime
    zone: ZoneInfo
    maturity_days: int = 10
    min_caller_words: int = 3
    slow_ms: int = 2000
    required_components: tuple[str, ...] = ()
    price_book: Path | None = None
    high_call_usd: str = "1"

    @property
    def prices(self) -> Path:
        return self.price_book or SHIPPED_PRICES

    @property
    def environment(self) -> dict[str, str]:
        """The same for a run of the pipeline."""
        book = {"LODESTAR_COST__PRICE_BOOK": str(self.price_book)} if self.price_book else {}
        return book | {
            "LODESTAR_COST__HIGH_CALL_USD": self.high_call_usd,
            "LODESTAR_REPORTING__TIMEZONE": str(self.zone),
            "LODESTAR_REPORTING__MATURITY_DAYS": str(self.maturity_days),
            "LODESTAR_ELIGIBILITY__MIN_CALLER_WORDS": str(self.min_caller_words),
            "LODESTAR_SLO__TTFT_MS": str(self.slow_ms),
            "LODESTAR_COST__REQUIRED_COMPONENTS": json.dumps(self.required_components),
        }

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def week_of(self, moment: datetime) -> date:
        day = self.day_of(moment)
        return day - timedelta(days=day.weekday())

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def judged_last(self, week: date) -> datetime:
        return self.midnight(week + timedelta(days=7 + self.maturity_days))

    def cutoff(self, week: date) -> datetime:
        return min(self.as_of, self.judged_last(week))

    def is_final(self, week: date) -> bool:
        return self.as_of >= self.judged_last(week)

    def day_has_settled(self, day: date) -> bool:
        return self.as_of >= self.midnight(day + timedelta(days=1)) + WINDOW
