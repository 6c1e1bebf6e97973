"""`python -m benchmarks.calls FILE CALLS FIRST_DAY DAYS`: synthetic calls of about 13 KB, one line each."""

import gzip
import json
import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

#: What a platform logs, with how often: most events belong to a turn, few to the call as a whole.
_EVENTS = (
    ({"type": "integration", "by": "agent", "component": "stt", "code": "stt_final"}, 8),
    ({"type": "integration", "by": "agent", "component": "llm", "code": "llm_first_token"}, 8),
    ({"type": "integration", "by": "agent", "component": "tts", "code": "tts_first_byte"}, 8),
    ({"type": "silence", "by": "caller", "component": "endpointing"}, 6),
    ({"type": "barge_in", "by": "caller", "component": "vad"}, 2),
    ({"type": "network_degraded", "by": "network", "code": "JITTER"}, 1),
)
_WORDS = ("appointment", "billing", "please", "account", "tomorrow", "number", "confirm", "waiting", "delivery")


def main(file: str, calls: str, first_day: str, days: str) -> None:
    """Write the file; a name that ends with .gz is compressed."""
    chance = random.Random(f"{calls} {first_day}")
    start = datetime.combine(date.fromisoformat(first_day), datetime.min.time(), UTC)
    opener = gzip.open if file.endswith(".gz") else open
    with opener(Path(file), "wt") as out:
        for number in range(int(calls)):
            at = start + timedelta(days=int(days)) * number / int(calls)
            out.write(json.dumps(_call(chance, f"{first_day}-{number}", at)) + "\n")


def _call(chance: random.Random, call_id: str, at: datetime) -> dict[str, Any]:
    seconds = chance.randint(60, 400)
    return {
        "record": "call",
        "id": call_id,
        "customer_id": f"u{chance.randrange(500_000)}",
        "channel": "phone",
        "language": chance.choice(("en", "de", "es")),
        "use_case": chance.choice(("reschedule", "billing", "order")),
        "agent": {"id": "desk", "version": str(chance.randint(1, 4))},
        "started_at": at.isoformat(),
        "ended_at": (at + timedelta(seconds=seconds)).isoformat(),
        "end_reason": "customer_hangup",
        "turns": [_turn(chance, seq) for seq in range(19)],
        "events": _events(chance, seconds * 1000, 77),
        "usage": [{"component": "telephony", "billed_s": seconds, "cost": {"amount": "0.0085", "currency": "USD"}}],
    }


def _events(chance: random.Random, within_ms: int, count: int) -> list[dict[str, Any]]:
    kinds = chance.choices([kind for kind, _ in _EVENTS], [weight for _, weight in _EVENTS], k=count)
    offsets = sorted(chance.randrange(within_ms) for _ in range(count))
    return [{"offset_ms": offset_ms} | kind for offset_ms, kind in zip(offsets, kinds, strict=True)]


def _turn(chance: random.Random, seq: int) -> dict[str, Any]:
    turn: dict[str, Any] = {
        "seq": seq,
        "speaker": "agent" if seq % 2 else "caller",
        "start_ms": seq * 4000,
        "end_ms": seq * 4000 + 3000,
        "text": " ".join(chance.choices(_WORDS, k=chance.randint(8, 24))),
    }
    if seq % 2:
        llm_ttft_ms = chance.randint(200, 900)
        parts = {"endpointing_ms": 500, "stt_ms": 120, "llm_ttft_ms": llm_ttft_ms, "tool_ms": None, "tts_ttfb_ms": 206}
        turn["latency"] = {"ttft_ms": llm_ttft_ms + 866} | parts
    return turn


if __name__ == "__main__":
    main(*sys.argv[1:])
