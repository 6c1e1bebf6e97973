"""A year of latencies in a home: 4.2 million calls and 40 million turns with a time to first token, no text.

`python -m benchmarks.year HOME CALLS` writes the core tables that the latency marts read;
`python -m benchmarks.year HOME` builds mart/latency_week and the percentiles of the metrics by day from them, under the
limit of LODESTAR_ENGINE__MEMORY_LIMIT.
"""

import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from analytics.home import Home
from analytics.metrics.build import build_mart
from analytics.metrics.facts import by_weeks, prepare
from analytics.metrics.registry import registry
from analytics.metrics.rollup import rollup
from analytics.workspace import Workspace, open_workspace

FIRST_DAY, WEEKS = date(2025, 1, 6), 52
TURNS_PER_CALL = 19

#: hash() spreads the rows over segments and latencies without a generator's state; half of a call's turns are answers.
_CALLS = """
select 'native:' || number as call_id, 'native' as source, true as eligible,
    'use case ' || hash(number, 1) % 12 as use_case, 'v' || hash(number, 2) % 3 as agent_version,
    ['en', 'de', 'es', 'fr'][1 + (hash(number, 3) % 4)::integer] as language, 'phone' as channel,
    $monday::date as week, $monday::date + (number % 7)::integer as day, day as call_date,
    day::timestamptz + number % 86400 * interval 1 second as started_at
from range($first::bigint, $last::bigint) calls(number)
"""
_TURNS = f"""
select 'native:' || number as call_id, seq, 'agent' as speaker, true as answers, false as interrupted,
    true as ttft_valid, 'measured' as ttft_source, wait.* , llm_ttft_ms + 700 as ttft_ms, 30 as unattributed_ms,
    $monday::date + (number % 7)::integer as call_date
from range($first::bigint, $last::bigint) calls(number), range(1, {TURNS_PER_CALL}, 2) turns(seq), lateral (
    select 400 as endpointing_ms, 120 as stt_ms, null::bigint as tool_ms, 150 as tts_ttfb_ms,
        (200 - 500 * ln(1 - (hash(number, seq) % 1000000)::double / 1000000))::bigint as llm_ttft_ms
) wait
"""
_CASE_CALLS = "select call_id, call_id as case_id, call_date from ({calls})"
_TOOL_CALLS = "select call_id, 3::bigint as turn_seq, call_date from ({calls})"
_EMPTY = ("events", "cost_items", "labels", "surveys", "cases")


def write_year(workspace: Workspace, calls: int) -> None:
    """Append week after week, so that memory does not depend on the number of calls."""
    tables = {
        "calls": _CALLS,
        "turns": _TURNS,
        "case_calls": _CASE_CALLS.format(calls=_CALLS),
        "tool_calls": _TOOL_CALLS.format(calls=_CALLS),
        **dict.fromkeys(_EMPTY, f"select call_id, call_date from ({_CALLS}) where false"),
    }
    for number in range(WEEKS):
        window = {
            "monday": FIRST_DAY + timedelta(weeks=number),
            "first": calls * number // WEEKS,
            "last": calls * (number + 1) // WEEKS,
        }
        with workspace.connection() as connection:
            for table, text in tables.items():
                workspace.lake.append(f"core/{table}", connection.sql(text, params=window), "call_date")


def metrics_by_day(workspace: Workspace) -> None:
    """The percentiles of the registry, the finest grain that is published."""
    quantiles = [metric for metric in registry().values() if metric.aggregation == "quantile"]
    with workspace.connection() as connection:
        prepare(workspace, connection)
        for _ in by_weeks(workspace, connection, ("turn",)):
            for metric in quantiles:
                connection.execute(rollup(metric, "day")).fetchall()


def main(home: str, calls: str = "") -> None:
    """Write the year, or build what reads it."""
    now = datetime(2026, 2, 1, tzinfo=UTC)
    with open_workspace(Home(Path(home)), dict(os.environ), now=now) as workspace:
        if calls:
            write_year(workspace, int(calls))
        else:
            build_mart(workspace, "latency_week")
            metrics_by_day(workspace)


if __name__ == "__main__":
    main(*sys.argv[1:])
