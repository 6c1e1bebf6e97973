"""Which cases can be drawn, what is predicted of them, and what past audits found."""

from datetime import date, timedelta

from analytics.audit.strata import Candidate, PastError
from analytics.errors import ConfigurationError
from analytics.lake import select
from analytics.shipped import sql
from analytics.workspace import Workspace

#: Audits of this many weeks are pooled.
POOLED_WEEKS = 8


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
