"""Section 4, a constraint: how long callers wait, where the time goes, and whether it goes with unhappy customers."""

from analytics.metrics.registry import registry
from dashboards import figures, wording
from dashboards.charts.chart import HOLLOW, Chart, measured, span
from dashboards.constraint_records import BudgetPart, TtftBand
from dashboards.edition import Edition
from dashboards.judgement import absence
from dashboards.sentences import association, judged, shown
from dashboards.tables import NO_VALUE, Cell, Row, Table, exact
from dashboards.week_tables import kpis_by_week, latency_parts


def ttft_chart(edition: Edition) -> Chart:
    """Did callers have to wait?"""
    median, p95 = edition.series("ttft_p50_ms"), edition.series("ttft_p95_ms")
    turns = wording.counted(registry()["ttft_p95_ms"], edition.total("ttft_p95_ms").n)
    targets = edition.target("ttft_p50_ms"), edition.target("ttft_p95_ms")
    return Chart(
        "chart-ttft",
        _ttft_title(edition),
        "End of the caller's turn to the first sound of the answer, through recognition, LLM, tools and speech; pooled"
        f" over {turns}; hollow points are provisional.",
        figures.ttft_by_week(median, p95, *targets, edition.min_n, edition.events("ttft_p50_ms"))
        if measured(median)
        else None,
        [
            kpis_by_week(edition, "Time to first token by week", ["ttft_p50_ms", "ttft_p95_ms", "ttft_slo_share"]),
            latency_parts(edition, f"Parts of the wait in {wording.iso_week(edition.week)}"),
        ],
        span(edition.weeks),
        "ttft_by_week",
    )


def budget_chart(edition: Edition) -> Chart:
    """Where the time of a usual and of a slow answer goes."""
    parts = [one for one in edition.publication.budget if one.week == edition.week and one.component != "ttft"]
    if not any(one.mean_ms for one in parts):
        return Chart("chart-budget", "Where the wait goes: no parts of the wait are published for this week.")
    return Chart(
        "chart-budget",
        _budget_title(parts),
        "Mean of each part over the turns around the median and around the 95th percentile: means add up,"
        " percentiles do not.",
        figures.budget(parts, edition.settings.slo.ttft_ms),
        [_budget_table(parts)],
        wording.iso_week(edition.week),
        "where_the_wait_goes",
    )


def attainment_chart(edition: Edition) -> Chart:
    """How many answers came in time, and how much of the budget for slow ones is used."""
    kpis = edition.series("ttft_slo_share")
    objective = wording.amount(edition.settings.slo.ttft_ms, "ms")
    return Chart(
        "chart-attainment",
        f"{shown(edition, 'ttft_slo_share')} of answers came within {objective}{judged(edition, 'ttft_slo_share')}."
        f"{_budget_used(edition)}",
        f"Turns within {objective} / valid turns. {HOLLOW}",
        figures.attainment(kpis, edition.target("ttft_slo_share"), edition.min_n) if measured(kpis) else None,
        [kpis_by_week(edition, "Turns within the objective by week", ["ttft_slo_share", "slow_call_share"])],
        span(edition.weeks),
        "ttft_by_week",
    )


def nps_by_wait_chart(edition: Edition) -> Chart:
    """Whether customers who waited longer are less happy, with the same mix of calls in every band."""
    bands = [one for one in edition.publication.ttft_bands if one.standardised_share is not None]
    if len(bands) < 2:
        return Chart("chart-nps-by-wait", "Wait and NPS: too few cases to compare bands of the wait.")
    return Chart(
        "chart-nps-by-wait",
        association(bands),
        "Share of cases with NPS 7 or more; blue as if every band held the same mix of cases, grey as they came."
        " Small bands are left out. An association is no cause.",
        figures.nps_by_wait(bands),
        [_bands_table(bands)],
        "newest weeks",
        "nps_by_wait",
    )


def _ttft_title(edition: Edition) -> str:
    if reason := absence(edition.total("ttft_p95_ms"), edition.min_n):
        return f"Time to first token: {reason}."
    usual = f"{shown(edition, 'ttft_p50_ms')}{judged(edition, 'ttft_p50_ms')}"
    slow = f"{shown(edition, 'ttft_p95_ms')}{judged(edition, 'ttft_p95_ms')}"
    return f"Callers usually wait {usual}, one time in twenty longer than {slow}."


def _budget_used(edition: Edition) -> str:
    """Slow turns of the last four weeks against those that the target allows (Google SRE workbook, chapter 2)."""
    target = edition.target("ttft_slo_share")
    weeks = [kpi for kpi in edition.series("ttft_slo_share") if kpi.week <= edition.week and kpi.numerator is not None][
        -4:
    ]
    turns = sum(kpi.denominator or 0 for kpi in weeks)
    if target is None or target.value >= 1 or not turns:
        return ""
    slow = 1 - sum(kpi.numerator or 0 for kpi in weeks) / turns
    used = wording.amount(slow / (1 - target.value), "share")
    return f" Over {wording.weeks(len(weeks))} {used} of the allowance for slow answers is used."


def _budget_title(parts: list[BudgetPart]) -> str:
    band = "p95" if any(part.band == "p95" for part in parts) else parts[0].band
    slow = sorted((part for part in parts if part.band == band), key=lambda part: -(part.mean_ms or 0.0))
    whole = wording.amount(sum(part.mean_ms or 0.0 for part in slow), "ms")
    top = slow[0]
    name, part = wording.part_name(top.component), wording.amount(top.mean_ms or 0.0, "ms")
    return f"An answer around {band} takes {whole} on average; the largest part is {name} with {part}."


def _budget_table(parts: list[BudgetPart]) -> Table:
    bands = sorted({part.band for part in parts})
    known = {(part.component, part.band): part.mean_ms for part in parts}
    names = [*wording.PARTS, *sorted({part.component for part in parts} - set(wording.PARTS))]
    rows = [Row(wording.part_name(name), [_ms(known.get((name, band))) for band in bands]) for name in names]
    whole = [sum(known.get((name, band)) or 0.0 for name in names) for band in bands]
    return Table(
        "Mean milliseconds of each part",
        ["Part", *bands],
        [*rows, Row("whole wait", [Cell(wording.amount(ms, "ms")) for ms in whole])],
        view="latency_budget",
        fields=["mean_ms"] * len(bands),
    )


def _ms(value: float | None) -> Cell:
    return Cell("not measured" if value is None else wording.amount(value, "ms"), {"value": exact(value)})


def _bands_table(bands: list[TtftBand]) -> Table:
    rows = [
        Row(
            band.band,
            [
                Cell(wording.count(band.n or 0)),
                Cell(wording.share(band.raw_share), {"value": exact(band.raw_share)}),
                Cell(wording.share(band.standardised_share), {"value": exact(band.standardised_share)}),
                Cell(
                    NO_VALUE
                    if band.standardised_ci_low is None or band.standardised_ci_high is None
                    else wording.interval(band.standardised_ci_low, band.standardised_ci_high, "share")
                ),
            ],
        )
        for band in bands
    ]
    return Table(
        "Neutral-to-positive share by wait",
        ["Wait", "n", "Raw", "Same mix", "95% interval"],
        rows,
        view="ttft_nps",
        fields=("", "raw_share", "standardised_share"),
    )
