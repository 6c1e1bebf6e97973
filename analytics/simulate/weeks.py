"""Counts of one ISO week: calls, time, latency, cases and surveys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analytics.simulate.percentiles import percentile

if TYPE_CHECKING:
    from datetime import date

    from analytics.simulate.facts import CallFacts


@dataclass(slots=True)
class CaseCounts:
    """Cases of one week, of one use case or of all."""

    cases: int = 0
    handled: int = 0
    neutral_to_positive: int = 0
    handled_positive: int = 0

    def add(self, *, handled: bool, positive: bool) -> None:
        """Count one case."""
        self.cases += 1
        self.handled += handled
        self.neutral_to_positive += positive
        self.handled_positive += handled and positive


@dataclass(slots=True)
class Week:
    """What truly happened in one ISO week; cases count in the week of their first eligible call."""

    monday: date
    calls: int = 0
    eligible_calls: int = 0
    connected_ms: int = 0
    ttft_turns: int = 0
    ttft_p50_ms: float | None = None
    ttft_p95_ms: float | None = None
    turns_by_ttft_ms: dict[int, int] = field(default_factory=dict)
    all_cases: CaseCounts = field(default_factory=CaseCounts)
    by_use_case: dict[str, CaseCounts] = field(default_factory=dict)
    cases_invited: int = 0
    cases_answered: int = 0
    callbacks_asked: int = 0
    callbacks_answered: int = 0

    def add_call(self, facts: CallFacts) -> None:
        """Count one delivered call."""
        self.calls += 1
        self.eligible_calls += facts.eligible
        if facts.production:
            self.connected_ms += facts.connected_ms
        turns = self.turns_by_ttft_ms
        for ttft_ms in facts.ttft_ms:
            turns[ttft_ms] = turns.get(ttft_ms, 0) + 1

    def close(self) -> None:
        """Turn the latency histogram into percentiles; no further call can start in this week."""
        self.ttft_turns = sum(self.turns_by_ttft_ms.values())
        self.ttft_p50_ms = percentile(self.turns_by_ttft_ms, 0.50)
        self.ttft_p95_ms = percentile(self.turns_by_ttft_ms, 0.95)
        self.turns_by_ttft_ms = {}
