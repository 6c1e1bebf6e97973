"""`python -m benchmarks.yardstick FILE`: DuckDB counts every nested element of a file."""

import sys

import duckdb

_PARTS = ("ttft_ms", "endpointing_ms", "stt_ms", "llm_ttft_ms", "tool_ms", "tts_ttfb_ms")
_LATENCY = ", ".join(f"{part} DOUBLE" for part in _PARTS)
_TURN = f"seq BIGINT, speaker VARCHAR, start_ms DOUBLE, end_ms DOUBLE, text VARCHAR, latency STRUCT({_LATENCY})"
_COLUMNS = {
    "record": "VARCHAR",
    "id": "VARCHAR",
    "customer_id": "VARCHAR",
    "channel": "VARCHAR",
    "language": "VARCHAR",
    "use_case": "VARCHAR",
    "agent": "STRUCT(id VARCHAR, version VARCHAR)",
    "started_at": "TIMESTAMPTZ",
    "ended_at": "TIMESTAMPTZ",
    "end_reason": "VARCHAR",
    "turns": f"STRUCT({_TURN})[]",
    "events": 'STRUCT("type" VARCHAR, offset_ms DOUBLE, "by" VARCHAR, component VARCHAR, code VARCHAR)[]',
    "usage": "STRUCT(component VARCHAR, billed_s DOUBLE, cost STRUCT(amount VARCHAR, currency VARCHAR))[]",
}
_COUNTS = """
select
    count(id),
    sum(len(list_filter(turns, lambda turn: turn.latency.ttft_ms > 0 or turn.text is not null))),
    sum(len(list_filter(events, lambda event: event.type is not null and event.offset_ms >= 0))),
    sum(len(usage))
from rows
"""

if __name__ == "__main__":
    rows = duckdb.read_json(sys.argv[1], format="newline_delimited", columns=_COLUMNS)
    sys.stdout.write(f"{rows.query('rows', _COUNTS).fetchall()}\n")
