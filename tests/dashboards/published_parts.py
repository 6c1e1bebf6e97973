"""A literal published file with every part that a page can show, and one whose every name is hostile."""

from datetime import timedelta

from tests.dashboards.published import (
    AS_OF,
    FINAL_WEEK,
    HOSTILE_NAMES,
    Tables,
    cost_rows,
    full,
    segment_row,
    weeks_until,
)


def complete(final_weeks: int = 13) -> Tables:
    """A full file with every part that a page can show."""
    tables = add_picked_calls(full(final_weeks))
    for add in (_add_history, _add_drivers, _add_latency, _add_tools, _add_money, add_spending, add_call_states):
        add(tables)
    return tables


def _add_history(tables: Tables) -> None:
    before = FINAL_WEEK - timedelta(weeks=1)
    for day in range(70):
        monday = FINAL_WEEK - timedelta(weeks=day // 7)
        row = {"day": monday + timedelta(days=day % 7), "week": monday, "metric": "north_star", "status": "final"}
        tables.add("mart.kpi_day", row | {"dimension": "all", "segment": "all", "numerator": 100, "denominator": 140})
    (total,) = (
        row for row in tables.rows["mart.kpi_week"]
        if (row["week"], row["metric"], row["dimension"]) == (FINAL_WEEK, "north_star", "all")
    )  # fmt: skip
    total |= {
        "previous_week": before, "change": 0.004, "change_ci_low": -0.016, "change_ci_high": 0.024,
        "minimum_detectable_change": 0.029,
    }  # fmt: skip
    for week in weeks_until(FINAL_WEEK, 3):
        for name, value in (("observed", 0.7125), ("survey_only", 0.64), ("inferred", 0.73)):
            row = {"week": week, "dimension": "all", "segment": "all", "estimator": name, "value": value, "n": 900}
            tables.add("mart.north_star_estimates", row | {"ci_low": value - 0.02, "ci_high": value + 0.02})
    revised = {"week": before, "metric": "north_star", "dimension": "all", "segment": "all", "reason": "late_data"}
    tables.add("mart.kpi_revisions", revised | {"old_value": 0.70, "new_value": 0.7125, "new_as_of": AS_OF})


def _add_drivers(tables: Tables) -> None:
    for segment, mix, handled, nps, q in (
        ("billing", -0.002, -0.03, 0.001, 0.01),
        ("reschedule", 0.004, 0.03, 0.001, 0.6),
    ):
        effects = {"mix_effect": mix, "handled_effect": handled, "nps_effect": nps, "total_effect": mix + handled + nps}
        cut = {"week": FINAL_WEEK, "dimension": "use_case", "segment": segment, "se": 0.01, "q_value": q}
        tables.add("mart.north_star_drivers", cut | effects)


def _add_latency(tables: Tables) -> None:
    for band, scale in (("p50", 1.0), ("p95", 2.0)):
        for part, mean_ms in (("endpointing", 400.0), ("stt", 100.0), ("llm_ttft", 420.0), ("tts_ttfb", 80.0)):
            row = {"week": FINAL_WEEK, "band": band, "component": part, "mean_ms": mean_ms * scale, "n": 120}
            tables.add("mart.latency_budget", row)
    for band, low_ms, share in (("below 1 s", 0, 0.96), ("1 to 2 s", 1000, 0.95), ("2 s or more", 2000, 0.90)):
        ends = {"standardised_ci_low": share - 0.01, "standardised_ci_high": share + 0.01}
        row = {"band": band, "low_ms": low_ms, "n": 400, "raw_share": share - 0.02, "standardised_share": share}
        tables.add("mart.ttft_nps", row | ends)


def _add_tools(tables: Tables) -> None:
    for tool, interface, calls in (
        ("all", "mcp", 310),
        ("all", "browser", 4),
        ("book", "mcp", 310),
        ("click", "browser", 4),
    ):
        shares = {"success_share": 0.9, "success_ci_low": 0.86, "success_ci_high": 0.93, "timeout_share": 0.01}
        row = {"week": FINAL_WEEK, "interface": interface, "tool": tool, "calls": calls, "p50_ms": 300, "p95_ms": 900}
        tables.add("mart.tool_week", row | shares | {"blame_share": 0.05, "retry_share": 0.02})


def _add_money(tables: Tables) -> None:
    for version, cost, star, best in (("41", 0.09, 0.70, False), ("42", 0.08, 0.7125, True)):
        row = {"agent_version": version, "model": "m", "cases": 500, "cost_per_minute_usd": cost, "north_star": star}
        ends = {"cost_ci_low": cost - 0.001, "cost_ci_high": cost + 0.001, "north_star_ci_low": star - 0.02}
        tables.add("mart.frontier", row | ends | {"north_star_ci_high": star + 0.02, "on_frontier": best})
    for minutes in (1e6, 1e7, 1e8, 1e9):
        for option, usd in (("self_hosted", 500_000 / minutes + 0.005), ("cloud m", 0.014)):
            row = {"minutes_per_year": minutes, "option": option, "usd_per_minute": usd, "is_today": minutes == 1e7}
            tables.add("mart.break_even", row)


def add_spending(tables: Tables) -> Tables:
    """Money by what it bought, in the last final week and the one before, and a price that changed between them."""
    before = FINAL_WEEK - timedelta(weeks=1)
    for week, failed_usd in ((before, 30), (FINAL_WEEK, 20)):
        for reason, calls, usd in (("failed", 9, failed_usd), ("ineligible", 2, 10), ("none", 30, 70)):
            row = {"week": week, "reason": reason, "calls": calls, "cost_usd": usd, "minutes": 10 * calls}
            tables.add("mart.waste_week", row | {"cost_share": usd / (80 + failed_usd)})
        tables.add(
            "mart.waste_week", {"week": week, "reason": "not_connected", "calls": 4, "cost_usd": 5, "minutes": 0}
        )
    for component, unit, usd, unpriced in (
        ("llm", "input_token", 60, 0),
        ("stt", "second", 40, 3),
        ("x", None, None, 9),
    ):
        per_minute = None if usd is None else usd / 410
        row = {"week": FINAL_WEEK, "component": component, "unit": unit, "cost_usd": usd, "quantity": unit and 1000}
        counts = {"lines": 50, "unpriced_lines": unpriced, "included_in_total": True}
        tables.add("mart.cost_part_week", row | counts | {"cost_per_minute_usd": per_minute})
    for unit, was, usd in (("input_token", 0.4, 0.2), ("output_token", None, 1.6)):
        change = {"week": FINAL_WEEK, "valid_from": FINAL_WEEK + timedelta(days=2), "component": "llm", "model": "m"}
        tables.add("mart.price_changes", change | {"unit": unit, "usd": usd, "per": 1_000_000, "old_usd": was,
                                                   "old_per": was and 1_000_000})  # fmt: skip
    return tables


def add_call_states(tables: Tables) -> Tables:
    """What happened in the calls of the last final week; drops are known of the week before as well."""
    before = FINAL_WEEK - timedelta(weeks=1)
    for week, measure, kind, counted, of in (
        (before, "drop", "all", 30, 1000),
        (FINAL_WEEK, "drop", "all", 14, 1000),
        (FINAL_WEEK, "drop", "network_drop", 9, 1000),
        (FINAL_WEEK, "interruption", "by_caller", 40, 1000),
        (FINAL_WEEK, "end_reason", "all", 1000, 1000),
        (FINAL_WEEK, "end_reason", "customer_hangup", 986, 1000),
        (FINAL_WEEK, "end_reason", "network_drop", 14, 1000),
        (FINAL_WEEK, "resume", "all", 0, 0),
    ):
        share = counted / of if of else None
        ends = {} if share is None else {"ci_low": share - 0.01, "ci_high": min(1.0, share + 0.01)}
        row = {"week": week, "measure": measure, "kind": kind, "numerator": counted, "denominator": of, "share": share}
        tables.add("mart.state_week", row | ends | {"known_calls": 990, "calls": 1000, "coverage": 0.99})
    return tables


def add_picked_calls(tables: Tables, text: str | None = "I want to move my appointment") -> Tables:
    """Two picked calls of the last final week, the second without any turn."""
    for rank, (call_id, reason) in enumerate(
        (("native:c-1", "slow_and_detractor"), ("native:c-2", "random_control")), 1
    ):
        tables.add("core.calls", {"call_id": call_id, "source": "native", "source_call_id": call_id[7:], "eligible": True,
                                  "week": FINAL_WEEK, "agent_version": "42"})  # fmt: skip
        listed = {"week": FINAL_WEEK, "rank": rank, "call_id": call_id, "reason": reason, "use_case": "billing"}
        tables.add("mart.listen_list", listed | {"turn_seq": 2 if rank == 1 else None, "worst_turn_ms": 3100})
    for seq, speaker in ((1, "caller"), (2, "agent")):
        turn = {"call_id": "native:c-1", "seq": seq, "speaker": speaker, "start_ms": seq * 61_000, "text": text}
        tables.add(
            "core.turns", turn | ({"ttft_ms": 3100, "ttft_valid": True, "llm_ttft_ms": 2000} if seq == 2 else {})
        )
    tables.add(
        "core.tool_calls",
        {"call_id": "native:c-1", "tool_call_id": "t-1", "turn_seq": 2, "name": "book", "interface": "mcp",
         "duration_ms": 702, "status": "failed", "error_type": "timeout"},
    )  # fmt: skip
    quotes = None if text is None else f'[{{"quote": "{text[:13]}"}}]'
    label = {"labeler": "offline", "model": "baseline", "labeler_version": "offline-1", "is_current": True}
    return tables.add("core.labels", label | {"call_id": "native:c-1", "evidence": quotes, "outcome": "unresolved"})


def hostile() -> Tables:
    """A full file of two final weeks, with hostile names wherever a name of the data can stand."""
    tables = complete(2)
    for number, name in enumerate(HOSTILE_NAMES):
        tables.add("core.turns", {"call_id": "native:c-1", "seq": 10 + number, "speaker": name, "text": name})
        tool = {"call_id": "native:c-1", "tool_call_id": name, "turn_seq": 2, "name": name, "interface": name}
        tables.add("core.tool_calls", tool | {"status": name, "error_type": name})
        picked = {"week": FINAL_WEEK, "rank": 10 + number, "call_id": name, "reason": name, "use_case": name}
        tables.add("mart.listen_list", picked | {"language": name, "outcome": name, "driver_segment": name})
        tables.add("core.calls", {"call_id": name, "source": name, "source_call_id": name, "week": FINAL_WEEK, "eligible": True,
                                  "agent_version": name})  # fmt: skip
        tables.add(
            "core.labels", {"call_id": name, "is_current": True, "evidence": name, "labeler_version": "offline-1"}
        )
        effects = dict.fromkeys(("mix_effect", "handled_effect", "nps_effect", "total_effect"), 0.01)
        driver = {"week": FINAL_WEEK, "dimension": "use_case", "segment": name, "se": 0.001}
        tables.add("mart.north_star_drivers", driver | effects)
        estimate = {"week": FINAL_WEEK, "dimension": "all", "segment": "all", "estimator": name, "value": 0.5}
        tables.add("mart.north_star_estimates", estimate | {"reason": name})
        part = {"week": FINAL_WEEK, "band": name, "component": name, "mean_ms": 100.0}
        tables.add("mart.latency_budget", part)
        tables.add("mart.tool_week", {"week": FINAL_WEEK, "interface": name, "tool": name, "calls": 1})
        tables.add(
            "mart.ttft_nps",
            {"band": name, "low_ms": 9000 + number, "n": 40, "raw_share": 0.5, "standardised_share": 0.5},
        )
        tables.add(
            "mart.frontier", {"agent_version": name, "model": name, "cost_per_minute_usd": 0.1, "north_star": 0.5}
        )
        tables.add("mart.break_even", {"minutes_per_year": 1e7, "option": name, "usd_per_minute": 0.1})
        state = {"week": FINAL_WEEK, "measure": name, "kind": name, "numerator": 1, "denominator": 2, "share": 0.5}
        tables.add("mart.state_week", state, state | {"measure": "end_reason"})
        tables.add("mart.waste_week", {"week": FINAL_WEEK, "reason": name, "calls": 1, "cost_usd": 1})
        part = {"component": name, "unit": name}
        tables.add("mart.cost_part_week", part | {"week": FINAL_WEEK, "cost_usd": 999, "cost_per_minute_usd": 0.1,
                                                  "lines": 1, "unpriced_lines": 0})  # fmt: skip
        change = {"week": FINAL_WEEK, "valid_from": FINAL_WEEK, "model": name, "usd": 1, "per": 1, **part}
        tables.add("mart.price_changes", change)
        tables.add(
            "meta.dictionary", {"table_name": "mart.kpi_week", "column_name": name, "type": name, "meaning": name}
        )
        revision = {"week": FINAL_WEEK, "metric": "north_star", "dimension": "all", "segment": "all", "reason": name}
        tables.add("mart.kpi_revisions", revision | {"old_value": 0.1, "new_value": 0.2, "new_as_of": AS_OF})
        for dimension in ("use_case", "agent_version", "language", "channel"):
            tables.add("mart.kpi_week", segment_row(dimension, name, 0.6, 200 - number))
        for week in weeks_until(FINAL_WEEK, 2):
            tables.add("mart.cost_week", cost_rows(week)[0] | {"component": name})
        tables.add("mart.latency_week", {"week": FINAL_WEEK, "component": name, "dimension": "all", "n": 1})
        tables.add("core.calls", {"week": FINAL_WEEK, "eligible": False, "ineligible_reason": name})
        tables.add("meta.checks", {"check_name": name, "severity": name, "status": name, "n": 1, "message": name})
        tables.add("meta.quarantine", {"file": name, "line": 1, "code": name, "resolved": False})
        counts = dict.fromkeys(("rows_in", "rows_loaded", "rows_quarantined", "rows_superseded"), 0)
        tables.add("meta.files", {"file": name, "status": name, **counts})
    for row in tables.rows["mart.kpi_week"]:
        row |= {"estimator": HOSTILE_NAMES[0], "signal": HOSTILE_NAMES[4]}
    tables.rows["meta.runs"][-1]["run_id"] = HOSTILE_NAMES[1]
    return tables
