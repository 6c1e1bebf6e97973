"""The eight questions of the week, each answered in a sentence or two computed from published values."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.metrics.registry import registry
from dashboards import sentences, wording
from dashboards.drivers import largest_real_driver
from dashboards.edition import Edition
from dashboards.judgement import absence, judge
from dashboards.labelers import change_sentence
from dashboards.listening import listened, reason_in_words
from dashboards.meta_records import Check
from dashboards.publication import SEGMENT_DIMENSIONS


@dataclass(frozen=True)
class Answer:
    """One question, its answer, and the section that shows it.

    Attributes:
        verdict: the answer in one word for scripts: met, missed, up, unchanged, signal, none, ...
    """

    id: str
    question: str
    text: str
    verdict: str
    section: str


def answers(edition: Edition) -> list[Answer]:
    """The eight answers in the order in which a product manager asks."""
    return [
        Answer("moved", "Did the north star move?", *_moved(edition), "movement"),
        Answer("real", "Is it real or noise?", *_real(edition), "movement"),
        Answer("factors", "Handled less, or liked less?", *_factors(edition), "drivers"),
        Answer("segment", "Which segment?", *_segment(edition), "segments"),
        Answer("trust", "Can I trust it this week?", *_trust(edition), "trust"),
        Answer("ttft", "Did waiting hurt?", *_ttft(edition), "latency"),
        Answer("cost", "What did it cost?", *_cost(edition), "cost"),
        Answer("listen", "What do I listen to?", *_listen(edition), "listen"),
    ]


def _moved(edition: Edition) -> tuple[str, str]:
    step, target = edition.change("north_star"), edition.target("north_star")
    judged = ""
    if target is not None:
        goal = wording.amount(target.value, "share")
        judged = f" Target {goal}: {judge(edition.total('north_star'), registry()['north_star'], target)}."
    return f"{sentences.movement(edition)}{judged}", step.movement if step else "not compared"


def _real(edition: Edition) -> tuple[str, str]:
    kpi, step = edition.total("north_star"), edition.change("north_star")
    if reason := absence(kpi, edition.min_n):
        return f"Nothing to judge: {reason}.", "none"
    power = ""
    if step is not None and step.detectable is not None:
        power = f" A change of {wording.difference(step.detectable, 'share').lstrip('+')} would have shown."
    if kpi.signal:
        return f"Signal: {kpi.signal.rstrip('.')}.", "signal"
    if kpi.limit_low is None or kpi.limit_high is None:
        return f"No limits yet, they take six weeks: read the interval.{power}", "no limits"
    normal = wording.interval(kpi.limit_low, kpi.limit_high, "share")
    return f"No signal: inside the normal range {normal}.{power}", "no signal"


def _factors(edition: Edition) -> tuple[str, str]:
    parts = []
    movements = []
    for metric, name in (("handled_rate", "Handled"), ("neutral_to_positive_rate", "Liked (NPS 7 or more) among them")):
        step = edition.change(metric)
        moved = f" ({wording.difference(step.delta, 'share')}, {step.movement})" if step else ""
        parts.append(f"{name} {sentences.shown(edition, metric)}{moved}.")
        movements.append(step.movement if step else "not compared")
    return " ".join(parts), " / ".join(movements)


def _segment(edition: Edition) -> tuple[str, str]:
    driver = largest_real_driver(edition)
    if driver is not None:
        step = wording.difference(driver.total_effect, "share")
        name = f"{driver.dimension.replace('_', ' ')} {wording.quoted(driver.segment)}"
        return f"Largest real driver: {name}, {step}.", "driver"
    if reason := absence(edition.total("north_star"), edition.min_n):
        return f"Not judged, the total is {reason}.", "none"
    below = _below_total(edition)
    noise = "No segment's change stands out of its noise. " if edition.drivers else ""
    if below:
        return f"{noise}Surely below the total: {', '.join(below)}.", "below total"
    return f"{noise}No segment lies outside the total's interval.", "none"


def _below_total(edition: Edition) -> list[str]:
    """The three lowest segments whose whole interval lies below that of the total."""
    total = edition.total("north_star")
    rows = [
        kpi
        for dimension in SEGMENT_DIMENSIONS
        for kpi in edition.publication.segments(edition.week, "north_star", dimension)
        if kpi.value is not None and kpi.ci_high is not None and total.ci_low is not None and kpi.ci_high < total.ci_low
    ]
    rows.sort(key=lambda kpi: (kpi.value, kpi.dimension, kpi.segment))
    return [f"{wording.quoted(kpi.segment)} {wording.amount(kpi.value or 0.0, 'share')}" for kpi in rows[:3]]


def _trust(edition: Edition) -> tuple[str, str]:
    kpi, checks = edition.total("north_star"), edition.publication.checks
    bad = [check for check in checks if check.status != "passed"]
    said = _checks(bad, len(checks)) if bad else "All checks passed."
    changed = change_sentence(edition.publication, edition.weeks)
    state = sentences.status_sentence(edition)
    estimator = f"Estimator: {(kpi.estimator or 'none').replace('_', ' ')}."
    return (
        f"{sentences.certainty(edition)} {estimator} {said} {changed} {state}".replace("  ", " ").strip(),
        "checks warn" if bad else "checks passed",
    )


def _checks(bad: Sequence[Check], of: int) -> str:
    """How many checks did not pass, and which where they are few."""
    names = [check.check_name.replace("_", " ") for check in bad]
    named = f": {wording.quoted(names[0])}" if len(bad) == 1 else ""
    return f"{len(bad)} of {of} checks {'warns' if len(bad) == 1 else 'warn'}{named}."


def _ttft(edition: Edition) -> tuple[str, str]:
    target, kpi = edition.target("ttft_slo_share"), edition.total("ttft_slo_share")
    bands = [band for band in edition.publication.ttft_bands if band.standardised_share is not None]
    linked = f" {sentences.association(bands)}" if len(bands) > 1 else ""
    verdict = "not measured" if kpi.value is None else "no target"
    if target is not None and kpi.value is not None:
        verdict = judge(kpi, registry()["ttft_slo_share"], target)
    return f"{sentences.latency(edition)}{linked}", verdict


def _cost(edition: Edition) -> tuple[str, str]:
    target, kpi = edition.target("cost_per_minute_usd"), edition.total("cost_per_minute_usd")
    verdict = "not measured" if kpi.value is None else "no target"
    if target is not None and kpi.value is not None:
        verdict = judge(kpi, registry()["cost_per_minute_usd"], target)
    return sentences.cost(edition), verdict


def _listen(edition: Edition) -> tuple[str, str]:
    calls = listened(edition)
    if not calls:
        return "No calls are picked for this week.", "0"
    counted = Counter(reason_in_words(call.reason) for call in calls)
    return f"{len(calls)} calls: {', '.join(f'{n} {reason}' for reason, n in counted.items())}.", str(len(calls))
