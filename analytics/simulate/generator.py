"""`simulate`: a seeded voice-AI operation in a landing folder, with known true KPIs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from analytics.simulate.chance import stream
from analytics.simulate.clock import last_week_end
from analytics.simulate.landing import Landing
from analytics.simulate.operation import Operation, Period
from analytics.simulate.truth import write_truth

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """What was written: distinct calls, eligible cases, lines, files and their size on disk."""

    calls: int
    cases: int
    lines: int
    files: int
    bytes: int


def simulate(
    out: Path,
    *,
    cases_per_week: int,
    weeks: int,
    seed: int,
    end: date,
    truth: Path | None = None,
    compress: bool = True,
    on_progress: Callable[[int], None] | None = None,
) -> SimulationSummary:
    """Write `weeks` ISO weeks of calls, surveys and tickets to the folder `out`.

    The last week is the last whole one (Monday to Monday, UTC) before the exclusive `end`.
    `cases_per_week` is the mean number of new customer needs; a few percent never become an eligible
    case. The same arguments give the same bytes; files of the same name are replaced, others stay.
    `truth` gets the true KPIs, fields as in `analytics.simulate.truth.Truth`. `on_progress` is
    called after each day with the number of calls so far.
    """
    if cases_per_week < 1 or weeks < 1:
        message = f"cases_per_week and weeks must be at least 1, not {cases_per_week} and {weeks}"
        raise ValueError(message)
    last = last_week_end(end)
    period = Period(last - timedelta(weeks=weeks), last)
    days, rng = period.days, stream(seed, "landing")
    with Landing(out, first_day=days[0], last_day=days[-1], rng=rng, compress=compress) as landing:
        operation = Operation(landing, period, cases_per_week=cases_per_week, seed=seed)
        for day in days:
            operation.run(day)
            if on_progress is not None:
                on_progress(operation.calls)
        result = operation.finish()
    if truth is not None:
        write_truth(truth, result)
    return SimulationSummary(result.calls, result.cases, result.lines, landing.files, landing.size_bytes)
