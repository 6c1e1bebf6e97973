"""The truth file: what a perfect pipeline would publish about the simulated weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from analytics.simulate.clock import iso_week
from analytics.simulate.scenario import NEW_VERSION, OLD_VERSION
from analytics.simulate.use_cases import USE_CASES

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from analytics.simulate.release import Release
    from analytics.simulate.weeks import CaseCounts, Week


class CaseTruth(Struct):
    """True case figures of a week, for all cases or for one use case.

    `handled`: the need was met at the last eligible call within 168 h of the first, and no handover
    was completed in that window. `neutral_to_positive`: the customer truly felt 7 or more (0-10) after
    that call. `handled_positive`: both. The rates are the design's metrics of the same name, for all
    cases instead of the surveyed or labeled ones: `neutral_to_positive_rate` is taken among handled
    cases, so that `north_star` = `handled_rate` x `neutral_to_positive_rate`. None without cases.
    """

    cases: int
    handled: int
    neutral_to_positive: int
    handled_positive: int
    handled_rate: float | None
    neutral_to_positive_rate: float | None
    north_star: float | None


class WeekTruth(Struct):
    """One ISO week (Monday to Monday, UTC)."""

    week: date
    """The Monday."""
    iso_week: str
    complete: bool
    """False for the last week: its windows of 168 h reach beyond the simulated period."""
    calls: int
    """Distinct calls that started in the week, whether eligible or not."""
    eligible_calls: int
    connected_minutes: float
    """Conversation time of all connected production calls, eligible or not, chat included."""
    ttft_turns: int
    """Turns of eligible calls with a measured, valid TTFT."""
    ttft_p50_ms: float | None
    """Exact percentile pooled over `ttft_turns`, linearly interpolated."""
    ttft_p95_ms: float | None
    cases_invited: int
    """Eligible cases with at least one survey invitation, call-backs included."""
    cases_answered: int
    """Those with a counted answer, call-backs included."""
    callbacks_asked: int
    """Cases drawn into the random call-back arm and asked."""
    callbacks_answered: int
    all: CaseTruth
    """Eligible cases whose first eligible call started in the week."""
    by_use_case: dict[str, CaseTruth]
    """The same by use case of the first eligible call; "unknown" where that call names none."""


class SegmentChange(Struct):
    """How the release changed one use case."""

    use_case: str
    need_met_share_effect: float
    """Injected: added to the chance that one conversation meets the need, in share points."""
    cases_before: int
    """Cases of the weeks that ended before the release started."""
    handled_rate_before: float | None
    cases_after: int
    """Cases of the complete weeks that began with the new version on all calls."""
    handled_rate_after: float | None


class ReleaseTruth(Struct):
    """The injected release."""

    old_version: str
    new_version: str
    started_on: date
    complete_on: date
    """The first day with the new version on all calls."""
    segments: list[SegmentChange]


class Truth(Struct):
    """The whole file."""

    seed: int
    cases_per_week: int
    start: date
    """First simulated day, a Monday."""
    end: date
    """First day after the simulated period, a Monday."""
    calls: int
    cases: int
    lines: int
    lines_to_quarantine: int
    """Broken copies among the lines; every real record is also delivered whole."""
    dirt: dict[str, int]
    """Calls that got each kind of dirt (see `dirt.py`)."""
    release: ReleaseTruth
    weeks: list[WeekTruth]


def week_truth(week: Week, *, complete: bool) -> WeekTruth:
    """Return the published form of a closed week."""
    return WeekTruth(
        week=week.monday,
        iso_week=iso_week(week.monday),
        complete=complete,
        calls=week.calls,
        eligible_calls=week.eligible_calls,
        connected_minutes=week.connected_ms / 60_000,
        ttft_turns=week.ttft_turns,
        ttft_p50_ms=week.ttft_p50_ms,
        ttft_p95_ms=week.ttft_p95_ms,
        cases_invited=week.cases_invited,
        cases_answered=week.cases_answered,
        callbacks_asked=week.callbacks_asked,
        callbacks_answered=week.callbacks_answered,
        all=_case_truth(week.all_cases),
        by_use_case={name: _case_truth(counts) for name, counts in sorted(week.by_use_case.items())},
    )


def release_truth(release: Release, weeks: list[WeekTruth]) -> ReleaseTruth:
    """Return the release with its realised effect in every use case that it changes."""
    before = [week for week in weeks if (release.started_on - week.week).days >= 7]
    after = [week for week in weeks if week.week >= release.complete_on and week.complete]
    changed = [use_case for use_case in USE_CASES if use_case.release_effect]
    return ReleaseTruth(
        old_version=OLD_VERSION,
        new_version=NEW_VERSION,
        started_on=release.started_on,
        complete_on=release.complete_on,
        segments=[
            SegmentChange(
                use_case.name,
                use_case.release_effect,
                *_handled(before, use_case.name),
                *_handled(after, use_case.name),
            )
            for use_case in changed
        ],
    )


def write_truth(path: Path, truth: Truth) -> None:
    """Write the file whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stage = path.with_name(f".{path.name}.part")
    stage.write_bytes(msgspec.json.format(msgspec.json.encode(truth), indent=2) + b"\n")
    stage.replace(path)


def _case_truth(counts: CaseCounts) -> CaseTruth:
    return CaseTruth(
        cases=counts.cases,
        handled=counts.handled,
        neutral_to_positive=counts.neutral_to_positive,
        handled_positive=counts.handled_positive,
        handled_rate=_share(counts.handled, counts.cases),
        neutral_to_positive_rate=_share(counts.handled_positive, counts.handled),
        north_star=_share(counts.handled_positive, counts.cases),
    )


def _handled(weeks: list[WeekTruth], use_case: str) -> tuple[int, float | None]:
    segments = [week.by_use_case[use_case] for week in weeks if use_case in week.by_use_case]
    cases = sum(segment.cases for segment in segments)
    return cases, _share(sum(segment.handled for segment in segments), cases)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
