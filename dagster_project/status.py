"""`lodestar status`: what is in the published snapshot, how fresh it is, and how the last runs went."""

from collections.abc import Iterator

from analytics.home import Home
from analytics.publish.snapshot import open_snapshot

_SECTIONS = {
    "newest call": "select max(started_at)::varchar from core.calls",
    "judged as of": "select max(as_of)::varchar from mart.kpi_week",
    "calls": "select count(*) || ', eligible ' || count(*) filter (eligible) from core.calls",
    "excluded": "select ineligible_reason || ' ' || count(*) from core.calls where not eligible group by"
    " ineligible_reason order by count(*) desc, ineligible_reason",
    "label status": "select status || ' ' || count(*) from core.labels group by status order by status",
    "files": "select status || ' ' || count(*) from meta.files group by status order by status",
    "rows": "select sum(rows_in) || ' in = ' || sum(rows_loaded) || ' loaded + ' || sum(rows_quarantined)"
    " || ' quarantined + ' || sum(rows_superseded) || ' superseded' from meta.files",
    "quarantine": "select code || ' ' || count(*) from meta.quarantine where not resolved group by code"
    " order by count(*) desc, code",
    "checks": "select check_name || ' ' || status from meta.checks order by check_name",
    "last runs": "select run_id || ' ' || status || coalesce(': ' || message, '') from meta.runs"
    " order by started_at desc limit 5",
}


def status_lines(home: Home) -> Iterator[str]:
    """One line per fact, the section's name on its first line."""
    with open_snapshot(home) as connection:
        for section, statement in _SECTIONS.items():
            values = [str(value) for (value,) in connection.execute(statement).fetchall()] or ["none"]
            for position, value in enumerate(values):
                yield f"{section if position == 0 else '':<16}{value}"
