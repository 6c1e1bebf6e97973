"""A literal published file: the schemas of the real one, and rows small enough to check in the head."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from analytics.home import Home

Row = dict[str, Any]
AS_OF = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
#: The last final week; the two after it are provisional and too young.
FINAL_WEEK = date(2026, 11, 9)
PROVISIONAL_WEEK, YOUNG_WEEK = FINAL_WEEK + timedelta(weeks=1), FINAL_WEEK + timedelta(weeks=2)

HOSTILE_NAMES = (
    "<script>document.title = 'pwned'</script>",
    "</script><script>document.title = 'pwned'</script>",
    "<img src=x onerror=\"document.title = 'pwned'\">",
    "<a href=https://attacker.example/>click me</a>",
    "<b style=background:url(https://attacker.example/pixel)>bold</b>",
    "\" onmouseover=\"document.title = 'pwned'",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnissim\N{RIGHT-TO-LEFT ISOLATE}",
    "x" * 200,
)

_SCHEMAS = {
    "mart.kpi_week": "week date, iso_week varchar, metric varchar, dimension varchar, segment varchar,"
    " numerator double, denominator double, observed_value double, value double, ci_low double, ci_high double,"
    " bounds_low double, bounds_high double, n bigint, estimator varchar, status varchar, completeness double,"
    " coverage double, limit_low double, centre double, limit_high double, signal varchar,"
    " definition_version integer, as_of timestamptz, previous_week date, change double, change_ci_low double,"
    " change_ci_high double, minimum_detectable_change double",
    "mart.cost_week": "week date, component varchar, cost_usd decimal(38, 12), minutes decimal(38, 15),"
    " cost_per_minute_usd double, priced_share double, included_in_total boolean",
    "mart.latency_week": "week date, component varchar, dimension varchar, segment varchar, n bigint, p50_ms double,"
    " p90_ms double, p95_ms double, p99_ms double, coverage double, slo_share double",
    "mart.kpi_day": "day date, week date, metric varchar, dimension varchar, segment varchar, numerator double,"
    " denominator double, status varchar",
    "mart.kpi_revisions": "week date, metric varchar, dimension varchar, segment varchar, old_value double,"
    " new_value double, reason varchar, old_as_of timestamptz, new_as_of timestamptz",
    "mart.listen_list": "week date, iso_week varchar, rank bigint, call_id varchar, case_id varchar, reason varchar,"
    " turn_seq integer, started_at timestamptz, use_case varchar, agent_version varchar, language varchar,"
    " nps_score integer, sentiment varchar, outcome varchar, worst_turn_seq integer, worst_turn_ms bigint,"
    " failed_tool varchar, driver_segment varchar",
    "core.calls": "call_id varchar, source varchar, source_call_id varchar, week date, agent_version varchar,"
    " eligible boolean, ineligible_reason varchar",
    "core.cases": "case_id varchar, week date, eligible boolean, settled boolean, decided boolean, handled boolean,"
    " handled_positive boolean, nps_source varchar, labeler_version varchar",
    "core.labels": "call_id varchar, labeler varchar, model varchar, labeler_version varchar, is_current boolean,"
    " sentiment varchar, outcome varchar, evidence varchar, status varchar",
    "core.turns": "call_id varchar, seq integer, speaker varchar, start_ms bigint, text varchar, interrupted boolean,"
    " ttft_ms bigint, ttft_valid boolean, endpointing_ms bigint, stt_ms bigint, llm_ttft_ms bigint, tool_ms bigint,"
    " tts_ttfb_ms bigint",
    "core.tool_calls": "call_id varchar, tool_call_id varchar, turn_seq integer, name varchar, interface varchar,"
    " duration_ms bigint, status varchar, error_type varchar",
    "meta.runs": "run_id varchar, started_at timestamptz, as_of timestamptz, ended_at timestamptz, status varchar,"
    " message varchar",
    "meta.checks": "check_name varchar, severity varchar, status varchar, n bigint, message varchar, run_id varchar",
    "meta.files": "file varchar, sha256 varchar, source varchar, status varchar, rows_in bigint, rows_loaded bigint,"
    " rows_quarantined bigint, rows_superseded bigint, received_at timestamptz",
    "meta.quarantine": "file varchar, sha256 varchar, line bigint, byte_offset bigint, json_path varchar,"
    " code varchar, reason varchar, resolved boolean",
    "meta.dictionary": "table_name varchar, column_name varchar, type varchar, meaning varchar",
}
#: Tables that a publication may lack; they exist only where a test adds rows to them.
_OPTIONAL = {
    "mart.north_star_estimates": "week date, dimension varchar, segment varchar, estimator varchar, value double,"
    " ci_low double, ci_high double, n bigint, reason varchar, labeler_version varchar",
    "mart.labeler_changes": "changed_at timestamptz, previous_version varchar, labeler_version varchar,"
    " question varchar, n bigint, shift double, shift_ci_low double, shift_ci_high double",
    "mart.north_star_drivers": "week date, dimension varchar, segment varchar, mix_effect double,"
    " handled_effect double, nps_effect double, total_effect double, se double, q_value double, is_simpson boolean",
    "mart.latency_budget": "week date, band varchar, component varchar, n bigint, mean_ms double",
    "mart.tool_week": "week date, interface varchar, tool varchar, calls bigint, success_share double,"
    " success_ci_low double, success_ci_high double, timeout_share double, retry_share double, p50_ms double,"
    " p95_ms double, blame_share double",
    "mart.ttft_nps": "band varchar, low_ms integer, n bigint, raw_share double, standardised_share double,"
    " standardised_ci_low double, standardised_ci_high double",
    "mart.frontier": "agent_version varchar, model varchar, cases bigint, cost_per_minute_usd double,"
    " cost_ci_low double, cost_ci_high double, north_star double, north_star_ci_low double,"
    " north_star_ci_high double, on_frontier boolean",
    "mart.break_even": "minutes_per_year double, option varchar, usd_per_minute decimal(18, 9), is_today boolean",
    "mart.state_week": "week date, measure varchar, kind varchar, numerator bigint, denominator bigint, share double,"
    " ci_low double, ci_high double, known_calls bigint, calls bigint, coverage double",
    "mart.waste_week": "week date, reason varchar, calls bigint, cost_usd decimal(38, 12), minutes decimal(38, 15),"
    " cost_share double",
    "mart.cost_part_week": "week date, component varchar, unit varchar, included_in_total boolean,"
    " cost_usd decimal(38, 12), quantity decimal(38, 6), cost_per_minute_usd double, lines bigint,"
    " unpriced_lines bigint",
    "mart.price_changes": "week date, valid_from date, component varchar, provider varchar, model varchar, unit varchar,"
    " usd decimal(18, 9), per bigint, old_usd decimal(18, 9), old_per bigint",
}


@dataclass
class Tables:
    """Rows of a published file by table; a column that a row does not name is NULL."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in _SCHEMAS})

    def add(self, table: str, *rows: Row) -> "Tables":
        self.rows.setdefault(table, []).extend(rows)
        return self

    def write(self, root: Path) -> Home:
        """A home whose warehouse holds the file."""
        home = Home(root).create()
        file = home.warehouse / "analytics.duckdb"
        file.unlink(missing_ok=True)
        with duckdb.connect(str(file)) as connection:
            for schema in ("core", "mart", "meta"):
                connection.execute(f"create schema {schema}")
            for table, columns in (_SCHEMAS | {t: _OPTIONAL[t] for t in _OPTIONAL if t in self.rows}).items():
                connection.execute(f"create table {table} ({columns})")
                _insert(connection, table, self.rows[table])
        return home


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row]) -> None:
    for row in rows:
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))


def kpi_row(week: date, metric: str, value: float | None, **more: Any) -> Row:
    """A final total of 1,000 with full coverage, unless `more` says otherwise."""
    row = {
        "week": week, "iso_week": week.strftime("%G-W%V"), "metric": metric, "dimension": "all", "segment": "all",
        "value": value, "observed_value": value, "n": 1000, "estimator": "observed", "status": "final",
        "completeness": 1.0, "coverage": 1.0, "definition_version": 1, "as_of": AS_OF,
    }  # fmt: skip
    return row | more


def weeks_until(last: date, number: int) -> list[date]:
    return [last - timedelta(weeks=back) for back in reversed(range(number))]


#: value and half width of the interval, by metric
_TYPICAL: Mapping[str, tuple[float, float | None]] = {
    "north_star": (0.7125, 0.014),
    "handled_rate": (0.75, 0.013),
    "neutral_to_positive_rate": (0.95, 0.008),
    "ttft_p50_ms": (980.0, None),
    "ttft_p95_ms": (1850.4, None),
    "ttft_slo_share": (0.962, 0.003),
    "cost_per_minute_usd": (0.0832, 0.0011),
    "cost_per_handled_positive_case_usd": (0.6104, 0.02),
    "label_coverage": (0.994, 0.002),
    "survey_response_rate": (0.081, 0.01),
    "calls": (1210.0, None),
    "cases": (1000.0, None),
}


def week_rows(week: date, status: str = "final", completeness: float = 1.0) -> list[Row]:
    """All totals of a week with everything measured."""
    rows = []
    for metric, (value, half) in _TYPICAL.items():
        ends = {} if half is None else {"ci_low": value - half, "ci_high": value + half}
        rows.append(kpi_row(week, metric, value, status=status, completeness=completeness, **ends))
    rows[0] |= {"coverage": 0.964, "bounds_low": 0.6868, "bounds_high": 0.7228}
    return rows


def young_rows(week: date) -> list[Row]:
    """A week none of whose days has settled."""
    metrics = ("north_star", "handled_rate", "neutral_to_positive_rate", "cost_per_handled_positive_case_usd")
    return [
        kpi_row(week, metric, None, n=0, status="not_publishable", completeness=0.0, coverage=None)
        for metric in metrics
    ] + [kpi_row(week, "calls", 400.0, status="provisional", completeness=0.5)]


def segment_row(dimension: str, segment: str, value: float | None, n: int, week: date = FINAL_WEEK) -> Row:
    ends = {} if value is None else {"ci_low": value - 0.03, "ci_high": value + 0.03}
    status = "suppressed" if value is None else "final"
    return kpi_row(week, "north_star", value, dimension=dimension, segment=segment, n=n, status=status, **ends)


def cost_rows(week: date) -> list[Row]:
    parts = {"telephony": 0.03, "llm": 0.0232, "tts": 0.02, "stt": 0.01, "all": 0.0832, "human": 0.5}
    return [
        {
            "week": week, "component": component, "cost_usd": usd * 4000, "minutes": 4000,
            "cost_per_minute_usd": usd, "priced_share": 0.978, "included_in_total": component != "human",
        }
        for component, usd in parts.items()
    ]  # fmt: skip


def full(final_weeks: int = 13) -> Tables:
    """Final weeks with everything measured, a provisional one and one that is too young."""
    tables = Tables()
    for week in weeks_until(FINAL_WEEK, final_weeks):
        tables.add("mart.kpi_week", *week_rows(week)).add("mart.cost_week", *cost_rows(week))
    tables.add("mart.kpi_week", *week_rows(PROVISIONAL_WEEK, "provisional", 4 / 7), *young_rows(YOUNG_WEEK))
    tables.add("mart.cost_week", *cost_rows(PROVISIONAL_WEEK))
    tables.add(
        "mart.kpi_week",
        segment_row("use_case", "reschedule", 0.81, 700),
        segment_row("use_case", "billing", 0.52, 288),
        segment_row("use_case", "rare", None, 12),
        segment_row("agent_version", "42", 0.7125, 1000),
        segment_row("language", "de", 0.70, 600),
        segment_row("channel", "phone", 0.7125, 1000),
    )
    parts = {"ttft": 980.0, "stt": 120.0, "llm_ttft": 410.0, "tool": None}
    for part, p50_ms in parts.items():
        row = {"component": part, "dimension": "all", "segment": "all", "p50_ms": p50_ms, "p95_ms": p50_ms}
        tables.add("mart.latency_week", {"week": FINAL_WEEK, "n": 1000 if p50_ms else 0, "coverage": 0.9, **row})
    return _with_meta(tables)


def nothing_measured() -> Tables:
    """One final week of chats: neither latency nor cost nor surveys."""
    empty = ("ttft_p50_ms", "ttft_p95_ms", "ttft_slo_share", "cost_per_minute_usd", "survey_response_rate")
    rows = [row for row in week_rows(FINAL_WEEK) if row["metric"] not in empty]
    rows = [row for row in rows if row["metric"] != "cost_per_handled_positive_case_usd"]
    unmeasured = [kpi_row(FINAL_WEEK, metric, None, n=0, status="suppressed", coverage=0.0) for metric in empty]
    no_cost = kpi_row(FINAL_WEEK, "cost_per_handled_positive_case_usd", None, n=155, coverage=0.0)
    return _with_meta(Tables().add("mart.kpi_week", *rows, *unmeasured, no_cost))


def _with_meta(tables: Tables) -> Tables:
    started_at = datetime(2026, 11, 30, 6, 12, tzinfo=UTC)
    tables.add("meta.runs", {"run_id": "20261130T061200Z", "started_at": started_at, "status": "running"})
    check = {"severity": "error", "n": 0, "run_id": "20261130T061200Z"}
    tables.add(
        "meta.checks",
        check | {"check_name": "call_ids_are_unique", "status": "passed", "message": "a call counted twice"},
        check | {"check_name": "late_files", "status": "warned", "severity": "warning", "n": 3, "message": "late"},
    )
    books = {"rows_in": 1010, "rows_loaded": 1000, "rows_quarantined": 7, "rows_superseded": 3}
    tables.add("meta.files", {"file": "a.jsonl", "status": "loaded", **books})
    bad = {"file": "a.jsonl", "line": 3, "code": "invalid_json"}
    tables.add("meta.quarantine", bad | {"resolved": False}, bad | {"resolved": True})
    for source in ("survey", "inferred", "inferred"):
        known = {"eligible": True, "settled": True, "decided": True, "handled": True, "handled_positive": True}
        case = {"week": FINAL_WEEK, "nps_source": source, "labeler_version": "offline-1", **known}
        tables.add("core.cases", case)
    label = {"labeler": "offline", "model": "baseline", "labeler_version": "offline-1", "is_current": True}
    tables.add("core.labels", label, label)
    return tables.add("core.calls", {"week": FINAL_WEEK, "eligible": False, "ineligible_reason": "voicemail"})
