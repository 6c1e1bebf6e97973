"""Who calls when, about what: new needs by season, customers with lasting traits, calls to come."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.simulate import scenario
from analytics.simulate.chance import TABLE_MASK, normal_table, poisson_like, spin, stream, wheel
from analytics.simulate.clock import DAY_MS, HOUR_MS, day_start_ms
from analytics.simulate.use_cases import USE_CASES, UseCase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from analytics.simulate.true_cases import TrueCase

_SPREAD = 2_654_435_761  # Knuth's multiplier: neighbouring customers get unrelated traits


@dataclass(slots=True, eq=False)
class Need:
    """One customer need, from its first call to the last one about it."""

    use_case: UseCase
    use_case_known: bool
    customer_id: str | None
    mood: float
    language: str
    language_known: bool
    channel: str
    direction: str
    production: bool
    case_id: str | None = None
    opened_ms: int = 0
    """Start of the first call."""
    calls: int = 0
    conversations: int = 0
    ticket_case: TrueCase | None = None
    """The case of the explicit `case_id`, once an eligible call has opened it."""


class Demand:
    """All calls of the operation in the order of their start; memory is the calls still to come."""

    def __init__(self, *, seed: int, cases_per_week: int) -> None:
        self._rng = stream(seed, "demand")
        self._seed = seed
        self._cases_per_week = cases_per_week
        self._customers = cases_per_week * scenario.CUSTOMERS_PER_WEEKLY_CASE
        self._tickets = 0
        self._later: list[tuple[int, int, Need]] = []
        self._scheduled = 0
        self._use_cases = wheel({use_case: use_case.arrival_share for use_case in USE_CASES})
        self._channels = wheel(scenario.CHANNELS)
        self._hours = wheel(dict(enumerate(scenario.HOUR_WEIGHTS)))
        traits = stream(seed, "customers")
        self._languages = wheel(scenario.LANGUAGES)
        traits.shuffle(self._languages)
        self._moods = normal_table(scenario.MOOD_SIGMA)
        traits.shuffle(self._moods)

    def calls_of(self, day: date) -> Iterator[tuple[int, Need]]:
        """Yield `(start, need)` of one UTC day in order, calls scheduled meanwhile included."""
        day_end_ms = day_start_ms(day) + DAY_MS
        later = self._later
        for at_ms in self._arrivals(day):
            while later and later[0][0] <= at_ms:
                due_ms, _, need = heapq.heappop(later)
                yield due_ms, need
            yield at_ms, self._new_need()
        while later and later[0][0] < day_end_ms:
            due_ms, _, need = heapq.heappop(later)
            yield due_ms, need

    def call_again(self, need: Need, at_ms: int) -> None:
        """Schedule the next call about a need."""
        self._scheduled += 1
        heapq.heappush(self._later, (at_ms, self._scheduled, need))

    def _arrivals(self, day: date) -> list[int]:
        weights = scenario.WEEKDAY_WEIGHTS
        share = weights[day.weekday()] / sum(weights)
        start_ms, random, hours = day_start_ms(day), self._rng.random, self._hours
        count = poisson_like(self._rng, self._cases_per_week * share)
        return sorted(
            start_ms + hours[int(random() * len(hours))] * HOUR_MS + int(random() * HOUR_MS) for _ in range(count)
        )

    def _new_need(self) -> Need:
        rng = self._rng
        random = rng.random
        index = int(random() * self._customers)
        trait = (index * _SPREAD) >> 8
        use_case = spin(rng, self._use_cases)
        outbound = random() < scenario.OUTBOUND_SHARE
        return Need(
            use_case=use_case,
            use_case_known=random() >= scenario.USE_CASE_UNKNOWN_SHARE,
            customer_id=None if random() < scenario.ANONYMOUS_SHARE else f"u-{self._seed}-{index}",
            mood=self._moods[trait & TABLE_MASK],
            language=self._languages[trait % len(self._languages)],
            language_known=random() >= scenario.LANGUAGE_ABSENT_SHARE,
            channel="phone" if outbound else spin(rng, self._channels),
            direction="outbound" if outbound else "inbound",
            production=random() >= scenario.STAGING_SHARE,
            case_id=self._new_ticket() if random() < use_case.ticketed_share else None,
        )

    def _new_ticket(self) -> str:
        self._tickets += 1
        return f"T-{self._seed}-{self._tickets}"
