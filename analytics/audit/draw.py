"""The draw: a stratified random sample without replacement, the same for the same seed whatever the order of rows."""

import hashlib
from datetime import UTC, date, datetime

from analytics.audit.candidates import iso_week
from analytics.audit.samples import Drawn, store, stored
from analytics.audit.strata import Stratum, allocation
from analytics.errors import ConfigurationError
from analytics.workspace import Workspace

#: One case in ten is judged by two reviewers.
SECOND_RATING_SHARE = 0.1


def draw(strata: list[Stratum], n: int, sample_id: str, seed: int, drawn_at: datetime) -> list[Drawn]:
    """Draw n cases of the strata; within a stratum those whose digests of seed, sample and case are the smallest.

    Raises:
        ConfigurationError: n is less than one case per week.
    """
    shares = zip(strata, allocation(strata, n), strict=True)
    chosen = [
        (case, stratum, int(drawn))
        for stratum, drawn in shares
        for case in sorted(stratum.cases, key=lambda case: place(seed, sample_id, case.case_id))[: int(drawn)]
    ]
    by_chance = sorted(place(seed, sample_id, "second", case.case_id) for case, _, _ in chosen)
    last_second = by_chance[max(1, round(len(chosen) * SECOND_RATING_SHARE)) - 1]
    return [
        Drawn(
            sample_id=sample_id,
            week=stratum.week,
            case_id=case.case_id,
            stratum=stratum.name,
            stratum_cases=len(stratum.cases),
            sampling_probability=drawn / len(stratum.cases),
            second_rating=place(seed, sample_id, "second", case.case_id) <= last_second,
            sample_cases=len(chosen),
            seed=seed,
            labeler_version=case.labeler_version,
            drawn_at=drawn_at.astimezone(UTC),
        )
        for case, stratum, drawn in chosen
    ]


def place(*parts: object) -> str:
    """A random place that depends on the parts alone."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def sample_for(
    workspace: Workspace, strata: list[Stratum], n: int, seed: int, *, again: bool
) -> tuple[list[Drawn], bool]:
    """The stored sample of the same weeks, size and seed, else a new one that is stored; and whether it is new.

    A second sample of a week is an independent draw with its own probabilities; taken by mistake it only costs money,
    so it has to be asked for.

    Raises:
        ConfigurationError: a week has another sample and `again` is false.
    """
    weeks = sorted({stratum.week for stratum in strata})
    with workspace.connection() as connection:
        earlier = stored(workspace.lake, connection)
    touching = {drawn.sample_id: drawn.drawn_at for drawn in earlier if drawn.week in weeks}
    if touching and not again:
        newest = max(touching, key=lambda sample_id: touching[sample_id])
        sample = [drawn for drawn in earlier if drawn.sample_id == newest]
        if _is_same(sample, weeks, min(n, sum(len(stratum.cases) for stratum in strata)), seed):
            return sample, False
        msg = f"{', '.join(touching)}: already drawn from these weeks; finish it, or draw one more with --again"
        raise ConfigurationError(msg)
    sample = draw(strata, n, _next_sample_id(earlier, weeks), seed, workspace.now)
    store(workspace.lake, sample)
    return sample, True


def _is_same(sample: list[Drawn], weeks: list[date], n: int, seed: int) -> bool:
    drawn_weeks = sorted({drawn.week for drawn in sample})
    return drawn_weeks == weeks and (sample[0].sample_cases, sample[0].seed) == (n, seed)


def _next_sample_id(earlier: list[Drawn], weeks: list[date]) -> str:
    """The newest week and a number: 2026-W46-1, then 2026-W46-2."""
    prefix = f"{iso_week(max(weeks))}-"
    taken = [int(drawn.sample_id.removeprefix(prefix)) for drawn in earlier if drawn.sample_id.startswith(prefix)]
    return f"{prefix}{max(taken, default=0) + 1}"
