"""Which cases can be drawn, what is predicted of them, and what past audits found."""

from datetime import date, timedelta

import numpy as np
from msgspec import Struct

from analytics.audit.design import FLOOR, Counts, Floats, expected_sd
from analytics.errors import ConfigurationError
from analytics.lake import select
from analytics.shipped import sql
from analytics.workspace import Workspace

#: Audits of this many weeks are pooled.
POOLED_WEEKS = 8


class Candidate(Struct, frozen=True):
    """A settled eligible case; `probability` is that of handled with NPS 7 or more, None without a label."""

    case_id: str
    week: date
    predicted: str  # yes, no, undecided
    band: str | None  # sure, unsure
    probability: float | None = None
    labeler_version: str | None = None


class PastError(Struct, frozen=True):
    """An audited case of a past week: audited (0 or 1) less predicted value."""

    predicted: str
    band: str | None
    error: float


class Stratum(Struct, frozen=True):
    """Cases of one week that the labeler sees alike."""

    week: date
    name: str
    cases: tuple[Candidate, ...]
    sd: float


def candidates(workspace: Workspace, weeks: list[date]) -> tuple[list[Candidate], list[PastError]]:
    """All cases of some weeks, and the errors of audits from eight weeks before them on."""
    with workspace.connection() as connection:
        for table in ("cases", "labels", "human_labels"):
            workspace.lake.view(connection, f"core/{table}")
        connection.execute(f"create temp table _predictions as {sql('audit/predictions')}")
        cases = connection.execute(
            "select case_id, week, predicted, band, probability, labeler_version from _predictions"
            " where week in (select unnest($weeks::date[])) order by case_id",
            {"weeks": weeks},
        ).fetchall()
        since = min(weeks) - timedelta(weeks=POOLED_WEEKS)
        errors = select(connection, "audit/past_errors", {"since": since}).fetchall()
    return [Candidate(*row) for row in cases], [PastError(*row) for row in errors]


def weeks_to_audit(workspace: Workspace, named: list[date]) -> list[date]:
    """The weeks that were named, else the newest whose cases have all settled.

    Raises:
        ConfigurationError: no such week, or one with cases that have not settled.
    """
    if not workspace.lake.exists("core/cases"):
        msg = f"{workspace.home.root}: no cases yet; run `lodestar run` first"
        raise ConfigurationError(msg)
    with workspace.connection() as connection:
        workspace.lake.view(connection, "core/cases")
        rows = select(connection, "audit/weeks", {}).fetchall()
    ready = [week for week, cases, settled, complete in rows if complete and cases == settled]
    if not named and not ready:
        raise ConfigurationError("no week has settled yet: its last case settles 168 h after its first call")
    open_cases = {week: (cases - settled, cases) for week, cases, settled, _ in rows}
    for week in named:
        if week not in ready:
            raise ConfigurationError(_why_not(week, open_cases))
    return sorted(set(named)) or ready[:1]


def _why_not(week: date, open_cases: dict[date, tuple[int, int]]) -> str:
    name = iso_week(week)
    if week not in open_cases:
        return f"{name}: no eligible case; `lodestar status` says what is there"
    waiting, cases = open_cases[week]
    return f"{name}: {waiting} of {cases} cases, or its last days, have not settled; draw when all have"


def iso_week(week: date) -> str:
    """ISO name of a week, for example 2026-W46."""
    return week.strftime("%G-W%V")


def stratify(cases: list[Candidate], errors: list[PastError], n: int) -> list[Stratum]:
    """Strata by week and prediction, as fine as n cases allow with `FLOOR` of each; cases stay in order of their id.

    Prediction and band first; where n is too small prediction alone, at last one stratum per week.
    """
    for detail in (2, 1, 0):
        groups: dict[tuple[date, str], list[Candidate]] = {}
        for case in sorted(cases, key=lambda case: case.case_id):
            groups.setdefault((case.week, _name(case, detail)), []).append(case)
        if sum(min(len(group), FLOOR) for group in groups.values()) <= n:
            break
    found: dict[str, list[float]] = {}
    for past in errors:
        found.setdefault(_name(past, detail), []).append(past.error)
    return [
        Stratum(week, name, tuple(group), expected_sd(_predicted_variance(group), np.array(found.get(name, []))))
        for (week, name), group in sorted(groups.items())
    ]


def _name(case: Candidate | PastError, detail: int) -> str:
    return "all" if detail == 0 else f"{case.predicted}, {case.band}" if detail == 2 and case.band else case.predicted


def _predicted_variance(cases: list[Candidate]) -> float:
    chances = np.array([0.5 if case.probability is None else case.probability for case in cases])
    return float(np.mean(chances * (1 - chances)))


def sizes_and_sds(strata: list[Stratum]) -> tuple[Counts, Floats]:
    """N_h and S_h as arrays, in the order of the strata."""
    sizes = np.array([len(stratum.cases) for stratum in strata], dtype=np.int64)
    return sizes, np.array([stratum.sd for stratum in strata], dtype=np.float64)
