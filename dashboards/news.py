"""What the published numbers say that somebody should know: a signal, a missed target, a budget that is used up."""

from collections.abc import Iterator

from analytics.alerts.alert import Alert
from analytics.metrics.registry import registry
from analytics.sections import Targets
from dashboards import wording
from dashboards.edition import Edition
from dashboards.judgement import judge


def news(edition: Edition) -> Iterator[Alert]:
    """Events of the edition's week, each once; only a final week is news, a provisional one can still turn."""
    week = wording.iso_week(edition.week)
    if edition.publication.is_final(edition.week):
        if text := signal(edition):
            yield Alert("signal", week, f"Signal in the north star of {week}", text, lasting=False)
        if missed := missed_targets(edition):
            yield Alert("target_missed", week, f"Targets missed in {week}", "\n".join(missed), lasting=False)
    yield from _over_budget(edition)
    yield from _left_out(edition)


def signal(edition: Edition) -> str | None:
    """The rule that fired on the week's north star, with its value and limits; None where none did."""
    star = edition.total("north_star")
    if not star.signal or star.value is None:
        return None
    limits = ""
    if star.limit_low is not None and star.limit_high is not None:
        limits = f", limits {wording.interval(star.limit_low, star.limit_high, 'share')}"
    return f"North star {wording.share(star.value)}{limits}: {star.signal.replace('_', ' ')}."


def missed_targets(edition: Edition) -> list[str]:
    """One line per target that the week's interval lies wholly beyond."""
    lines = []
    for name in Targets.model_fields:
        target, metric, kpi = edition.target(name), registry().get(name), edition.total(name)
        if target and metric and kpi.value is not None and judge(kpi, metric, target) == "missed":
            value, goal = wording.amount(kpi.value, metric.unit), wording.amount(target.value, metric.unit)
            lines.append(f"{metric.label}: {value}, target {goal} ({target.source}).")
    return lines


def _over_budget(edition: Edition) -> Iterator[Alert]:
    budget = edition.settings.alerts.weekly_budget_usd
    for cost in edition.publication.costs:
        recent = cost.week in (edition.week, *edition.younger_weeks)
        if budget is not None and recent and cost.component == "all" and (cost.cost_usd or 0) > budget:
            week = wording.iso_week(cost.week)
            text = f"{wording.usd(float(cost.cost_usd or 0))} spent, budget {wording.usd(budget)} a week."
            yield Alert("budget", week, f"Over budget in {week}", text, lasting=False)


def _left_out(edition: Edition) -> Iterator[Alert]:
    for one in edition.publication.left_out:
        if one.week in (edition.week, *edition.younger_weeks):
            week = wording.iso_week(one.week)
            text = (
                f"{one.calls} calls have no label because of labeling.max_usd_per_run or max_usd_per_month; the others"
                " are a random sample. `lodestar classify --retry skipped_budget` takes more of it."
            )
            yield Alert("labels_left_out", week, f"The labeling budget left calls out in {week}", text, lasting=False)
