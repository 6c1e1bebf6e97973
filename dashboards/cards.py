"""The cards: one number each, with everything that says how far to trust it."""

from dataclasses import dataclass
from datetime import date

from analytics.metrics.registry import Metric, registry
from dashboards import wording
from dashboards.edition import Edition
from dashboards.judgement import Judgement, absence, judge
from dashboards.marks import Spark, spark
from dashboards.records import Kpi
from dashboards.sentences import moved_since
from dashboards.tables import data_of, status_in_words

NORTH_STAR = "north_star"
FACTORS = ("handled_rate", "neutral_to_positive_rate")
#: Second to the north star: what it took.
CONSTRAINTS = (
    "ttft_p50_ms",
    "ttft_p95_ms",
    "ttft_slo_share",
    "cost_per_minute_usd",
    "cost_per_handled_positive_case_usd",
)


@dataclass(frozen=True)
class Verdict:
    """A target and whether it is met, with where the target comes from."""

    judgement: Judgement
    goal: str
    source: str


@dataclass(frozen=True)
class Card:
    """One number of the headline week."""

    metric: Metric
    kpi: Kpi
    data: dict[str, str]
    value: str
    is_measured: bool
    interval: str
    change: str
    verdict: Verdict | None
    facts: list[str]
    spark: Spark | None


@dataclass(frozen=True)
class YoungerWeek:
    """The north star of a week after the headline week, hollow until it is final."""

    week: str
    dates: str
    data: dict[str, str]
    value: str
    is_measured: bool
    facts: list[str]


def card(edition: Edition, metric_id: str) -> Card:
    """The card of a metric in the headline week."""
    metric, kpi = registry()[metric_id], edition.total(metric_id)
    reason = absence(kpi, edition.min_n)
    return Card(
        metric=metric,
        kpi=kpi,
        data=data_of(kpi),
        value=reason or wording.amount(kpi.value or 0.0, metric.unit),
        is_measured=reason is None,
        interval=_interval(kpi, metric),
        change=_change(edition, metric_id),
        verdict=verdict(edition, metric_id),
        facts=_facts(kpi, metric),
        spark=spark(edition.series(metric_id)),
    )


def every_card(edition: Edition) -> list[Card]:
    """A card for every metric, the north star first and its factors next to it."""
    return [card(edition, metric) for metric in dict.fromkeys((NORTH_STAR, *FACTORS, *registry()))]


def younger_week(edition: Edition, week: date) -> YoungerWeek:
    """What is known of a week that is still settling."""
    kpi = edition.publication.total(week, NORTH_STAR)
    reason = absence(kpi, edition.min_n)
    return YoungerWeek(
        week=wording.iso_week(week),
        dates=wording.week_dates(week),
        data=data_of(kpi),
        value=reason or wording.amount(kpi.value or 0.0, "share"),
        is_measured=reason is None,
        facts=[
            *([_interval(kpi, registry()[NORTH_STAR])] if reason is None else []),
            f"{wording.share(kpi.completeness)} of its cases have settled",
            wording.counted(registry()[NORTH_STAR], kpi.n),
            f"final from {wording.day(edition.final_from(week))}",
        ],
    )


def verdict(edition: Edition, metric_id: str) -> Verdict | None:
    """The judgement against the target; None where no target is set."""
    target, metric = edition.target(metric_id), registry()[metric_id]
    if target is None:
        return None
    return Verdict(
        judge(edition.total(metric_id), metric, target), wording.amount(target.value, metric.unit), target.source
    )


def _interval(kpi: Kpi, metric: Metric) -> str:
    if kpi.value is None:
        return ""
    if kpi.ci_low is None or kpi.ci_high is None:
        return "no interval"
    return f"95% interval {wording.interval(kpi.ci_low, kpi.ci_high, metric.unit)}"


def _change(edition: Edition, metric_id: str) -> str:
    step = edition.change(metric_id)
    return "" if step is None else moved_since(step, metric_id)


def _facts(kpi: Kpi, metric: Metric) -> list[str]:
    definition = f"definition v{kpi.definition_version or metric.version}"
    if kpi.n == 0:
        return [wording.counted(metric, 0), definition]
    return [
        f"n = {wording.counted(metric, kpi.n)}",
        f"coverage {wording.share(kpi.coverage)}",
        status_in_words(kpi),
        f"estimator {kpi.estimator or 'none'}",
        definition,
    ]
