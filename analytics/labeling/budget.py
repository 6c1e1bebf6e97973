"""Caps on what labeling may cost: the most that a request can cost is reserved before it is sent, and settled after."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

from analytics.labeling.journal import Journal
from analytics.labeling.prices import NANO


class Budget:
    """Room in nano-USD under the tighter of the caps; None is no cap. Lives in one event loop."""

    def __init__(self, room_nano_usd: int | None) -> None:
        self._room = room_nano_usd
        self._reserved = 0
        self._settled = asyncio.Event()
        self._in_order = asyncio.Lock()
        self._exhausted = False

    async def reserve(self, nano_usd: int) -> bool:
        """Reserve, in the order of asking; waits for requests in flight before it says no. After one no, all is no."""
        async with self._in_order:
            while not self._exhausted and not self.reserve_now(nano_usd):
                self._exhausted = self._reserved == 0
                if not self._exhausted:
                    self._settled.clear()
                    await self._settled.wait()
            return not self._exhausted

    def reserve_now(self, nano_usd: int) -> bool:
        """Reserve if there is room, for a further attempt at a call that was taken."""
        if self._room is not None and self._reserved + nano_usd > self._room:
            return False
        self._reserved += nano_usd
        return True

    def settle(self, reserved_nano_usd: int, cost_nano_usd: int | None) -> None:
        """Give a reservation back for what was paid; an unknown cost counts in full."""
        self._reserved -= reserved_nano_usd
        if self._room is not None:
            self._room -= reserved_nano_usd if cost_nano_usd is None else cost_nano_usd
        self._settled.set()


def room_nano_usd(
    journal: Journal, *, per_run_usd: Decimal | None, per_month_usd: Decimal | None, run_id: str, now: datetime
) -> int | None:
    """What may still be spent by this run: less what it and the calendar month (UTC) have spent; None without a cap."""
    rooms = []
    if per_run_usd is not None:
        rooms.append(int(per_run_usd * NANO) - journal.spent_nano_usd(since=stamp(now), run_id=run_id))
    if per_month_usd is not None:
        month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        rooms.append(int(per_month_usd * NANO) - journal.spent_nano_usd(since=stamp(month)))
    return max(min(rooms), 0) if rooms else None


def stamp(moment: datetime) -> str:
    """How the journal writes a moment, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
