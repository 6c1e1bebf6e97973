"""The headline in words: fixed templates over published values, so that two runs tell the same story.

The word signal is left to rules that fired; a step inside its interval is called unchanged.
"""

from collections.abc import Sequence
from datetime import date

from analytics.metrics.registry import registry
from dashboards import wording
from dashboards.constraint_records import TtftBand
from dashboards.edition import Edition
from dashboards.judgement import Change, absence, judge


def headline(edition: Edition) -> str:
    """The north star of the week in one sentence."""
    kpi = edition.total("north_star")
    if reason := absence(kpi, edition.min_n):
        return f"The north star of {wording.iso_week(edition.week)} is {reason}."
    so_far = "So far " if kpi.status == "provisional" else ""
    return f"{so_far}{shown(edition, 'north_star')} of cases were handled and left the customer neutral-to-positive."


def certainty(edition: Edition) -> str:
    """The interval of the north star and what it stands on."""
    kpi = edition.total("north_star")
    decided = f"{wording.count(kpi.n)} decided cases, {wording.share(kpi.coverage)} of those settled"
    if kpi.value is None or kpi.ci_low is None or kpi.ci_high is None:
        return f"No interval is published; {wording.count(kpi.n)} cases are decided."
    return f"The 95% interval is {wording.interval(kpi.ci_low, kpi.ci_high, 'share')}, on {decided}."


def status_sentence(edition: Edition) -> str:
    """What is not final yet; empty where everything shown is."""
    weeks = [edition.week, *edition.younger_weeks]
    return " ".join(settling(edition, week) for week in weeks if not edition.publication.is_final(week))


def movement(edition: Edition) -> str:
    """What happened to the north star since the previous final week."""
    step = edition.change("north_star")
    if step is not None:
        delta = wording.difference(step.delta, "share")
        return f"Against {wording.iso_week(step.since.week)} it is {step.movement} ({delta}){_margin(step)}."
    if edition.total("north_star").status == "final":
        if edition.starts_series("north_star"):
            return "Not compared: another labeler or estimator starts a new series this week."
        return "There is no earlier final week to compare it with."
    return "Not compared: only final weeks are."


def moved_since(step: Change, metric: str) -> str:
    """A step with the words that it deserves: unchanged inside the interval (+0.6 pp) since W42."""
    delta, since = wording.difference(step.delta, registry()[metric].unit), wording.short_week(step.since.week)
    if step.movement == "not judged":
        return f"{delta} since {since}, not judged"
    return f"{step.movement} ({delta}) since {since}"


def latency(edition: Edition) -> str:
    """How long callers waited for the first sound."""
    kpi = edition.total("ttft_p50_ms")
    if reason := absence(kpi, edition.min_n):
        timed = "no turn has" if kpi.n == 0 else f"{wording.count(kpi.n)} turns have"
        return f"The time to first token is {reason}: {timed} a valid one."
    objective = wording.amount(edition.settings.slo.ttft_ms, "ms")
    return (
        f"Half of the answers began within {shown(edition, 'ttft_p50_ms')}, nineteen of twenty within"
        f" {shown(edition, 'ttft_p95_ms')}; {shown(edition, 'ttft_slo_share')} came within {objective}"
        f"{judged(edition, 'ttft_slo_share')}."
    )


def cost(edition: Edition) -> str:
    """What a minute and what a good result cost."""
    if reason := absence(edition.total("cost_per_minute_usd"), edition.min_n):
        return f"The cost is {reason}: only calls whose cost is fully known count."
    return (
        f"A connected minute cost {shown(edition, 'cost_per_minute_usd')}{judged(edition, 'cost_per_minute_usd')};"
        f" a handled neutral-to-positive case {shown(edition, 'cost_per_handled_positive_case_usd')},"
        " failed calls included."
    )


def association(bands: Sequence[TtftBand]) -> str:
    """How the slowest band compares with the fastest, with the same mix of calls in both; never a cause."""
    fast, slow = bands[0], bands[-1]
    if fast.standardised_share is None or slow.standardised_share is None:
        return "Wait and NPS: bands cannot be compared with the same mix of cases."
    step = wording.difference(slow.standardised_share - fast.standardised_share, "share")
    pair = f"{wording.quoted(slow.band)} instead of {wording.quoted(fast.band)}"
    if _overlap(fast, slow):
        return f"No association of wait and NPS stands out of the noise ({step} for {pair})."
    return f"A wait of {pair} is associated with {step} neutral-to-positive, the mix of cases held equal."


def _overlap(one: TtftBand, other: TtftBand) -> bool:
    ends = (one.standardised_ci_low, one.standardised_ci_high, other.standardised_ci_low, other.standardised_ci_high)
    low, high, other_low, other_high = ((end if end is not None else 0.0) for end in ends)
    return None in ends or (low <= other_high and other_low <= high)


def settling(edition: Edition, week: date) -> str:
    """How far a week that is not final has come."""
    kpi, name = edition.publication.total(week, "north_star"), wording.iso_week(week)
    final_from = wording.day(edition.final_from(week))
    if reason := absence(kpi, edition.min_n):
        return f"{name} is {reason}; final from {final_from}."
    so_far = wording.amount(kpi.value or 0.0, "share")
    return (
        f"{name} is provisional: {so_far} on {wording.share(kpi.completeness)} of its cases; final from {final_from}."
    )


def shown(edition: Edition, metric: str) -> str:
    """The headline week's value, or the reason why there is none."""
    kpi = edition.total(metric)
    return absence(kpi, edition.min_n) or wording.amount(kpi.value or 0.0, registry()[metric].unit)


def judged(edition: Edition, metric: str) -> str:
    """The target and the judgement in brackets; nothing where no target is set."""
    target = edition.target(metric)
    if target is None:
        return ""
    goal = wording.amount(target.value, registry()[metric].unit)
    return f" (target {goal}: {judge(edition.total(metric), registry()[metric], target)})"


def _margin(step: Change) -> str:
    if step.low is None or step.high is None:
        return ""
    low, high = wording.difference(step.low, "share"), wording.difference(step.high, "share")
    return f"; the 95% interval of the difference is {low} to {high}"
