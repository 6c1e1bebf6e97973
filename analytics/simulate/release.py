"""The release in the middle of the period: when the new agent version takes over how many calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.simulate.scenario import ROLLOUT_SHARES


@dataclass(frozen=True, slots=True)
class Release:
    """One release, rolled out over `ROLLOUT_SHARES` from the day it starts."""

    started_on: date

    @classmethod
    def in_the_middle(cls, start: date, weeks: int) -> Release:
        """Return a release on the Tuesday of the middle week."""
        return cls(start + timedelta(weeks=(weeks - 1) // 2, days=1))

    @property
    def complete_on(self) -> date:
        """The first day on which every call uses the new version."""
        return self.started_on + timedelta(days=len(ROLLOUT_SHARES) - 1)

    def share_on(self, day: date) -> float:
        """Return the share of the day's calls that use the new version."""
        days = (day - self.started_on).days
        return 0.0 if days < 0 else ROLLOUT_SHARES[min(days, len(ROLLOUT_SHARES) - 1)]
