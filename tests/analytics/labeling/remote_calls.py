"""Small calls and a labeler for tests of what stands behind an OpenAI-compatible server."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from analytics.labeling.backlog import Candidate
from analytics.labeling.batch_collect import Harvest
from analytics.labeling.interface import Conversation, SpokenTurn, Status, ToolUse
from analytics.labeling.prices import TokenPrices
from analytics.labeling.remote import RemoteLabeler, Run, prompt_for
from analytics.sections import Labeling

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
PRICES = TokenPrices(
    Decimal("0.0000004"), Decimal("0.0000016"), cached_usd=Decimal("0.0000001"), cache_write_usd=Decimal("0.0000004")
)


def conversation(call_id: str = "native:c", said: str = "please help me now", **more: Any) -> Conversation:
    defaults: dict[str, Any] = {
        "channel": "phone",
        "language": "en",
        "use_case": None,
        "end_reason": "customer_hangup",
        "handover": "none",
        "dropped": False,
        "turns": (SpokenTurn(0, "caller", said), SpokenTurn(1, "agent", "It is booked.")),
        "tools": (ToolUse(1, "book", "api", True, True, None, '{"status": "confirmed"}'),),
    }
    return Conversation(call_id, **(defaults | more))


def remote_labeler(
    tmp_path: Path,
    base_url: str = "http://127.0.0.1:9/v1",
    *,
    prices: TokenPrices | None = PRICES,
    run_id: str = "run",
    now: datetime = NOW,
    **settings: Any,
) -> RemoteLabeler:
    """Eight workers, short waits, one journal per `tmp_path`."""
    defaults = {
        "labeler": "openai", "model": "gpt-4.1-mini", "base_url": base_url, "concurrency": 8, "timeout_s": 20.0,
        "max_attempts": 3, "retry_backoff_s": 0.01,
    }  # fmt: skip
    chosen = Labeling.model_validate(defaults | settings)
    return RemoteLabeler(chosen, prompt_for(chosen), tmp_path / "labels.sqlite", Run(run_id, now, prices), "key-secret")


def ask(labeler: RemoteLabeler, calls: Iterable[Conversation], retry: Sequence[Status] = ()) -> Counter[str]:
    """Ask about calls, each with its place in the order as its draw."""
    placed = list(calls)
    candidates = (Candidate(call, (position + 0.5) / len(placed)) for position, call in enumerate(placed))
    return labeler.ask(candidates, frozenset(retry))


def submit(labeler: RemoteLabeler, calls: Iterable[Conversation], retry: Sequence[Status] = ()) -> Counter[str]:
    """Put calls into batches, each with its place in the order as its draw."""
    placed = list(calls)
    candidates = (Candidate(call, (position + 0.5) / len(placed)) for position, call in enumerate(placed))
    return labeler.batches().submit(candidates, frozenset(retry)).counts


def collect(labeler: RemoteLabeler, calls: Iterable[Conversation]) -> Harvest:
    """Take in the batches that have ended; `calls` are what the calls say now."""
    known = {call.call_id: call for call in calls}
    return labeler.batches().collect(lambda wanted: (known[call_id] for call_id in wanted if call_id in known))


def labels(labeler: RemoteLabeler, calls: Iterable[Conversation]) -> dict[str, Any]:
    """Labels by call id."""
    return {label.call_id: label for label in labeler.label(calls)}


def statuses(labeler: RemoteLabeler, calls: Iterable[Conversation]) -> list[Status]:
    return [label.status for label in labeler.label(calls)]
