"""Causes that the ledger knows: a run failed, nothing could be published, nothing was published for too long."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from analytics.alerts.alert import Alert
from analytics.ledger import Ledger
from analytics.publish.state import refusal
from analytics.settings import Settings

_LINES = 10


def operational_alerts(ledger: Ledger, settings: Settings, now: datetime) -> Iterator[Alert]:
    """What holds now, by the newest runs."""
    ended = [run for run in ledger.runs() if run["status"] != "running"]
    if not ended:
        return
    newest = ended[-1]
    day = str(newest["started_at"])[:10]
    if newest["status"] == "failed":
        yield Alert("run_failed", day, "A run failed", _cut(str(newest["message"])))
    if state := refusal(ledger):
        text = f"The last good publication stays. Reason:\n{_cut(state.reason)}"
        yield Alert("not_publishable", day, "Nothing can be published", text)
    good = [datetime.fromisoformat(str(run["ended_at"])) for run in ended if run["status"] == "ok"]
    if good and now - max(good) > timedelta(hours=settings.alerts.stale_after_h):
        hours = int((now - max(good)).total_seconds() // 3600)
        text = f"The last good run ended {hours} h ago, at {max(good):%Y-%m-%d %H:%M} UTC. Is the scheduler running?"
        yield Alert("stale", now.date().isoformat(), "The numbers are stale", text)


def _cut(reason: str) -> str:
    lines = reason.splitlines()
    more = [f"and {len(lines) - _LINES} more"] if len(lines) > _LINES else []
    return "\n".join([*lines[:_LINES], *more])
