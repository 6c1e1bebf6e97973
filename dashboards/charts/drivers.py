"""Section 2: what drove the step: handled less or liked less, and in which segments."""

from dashboards import figures, wording
from dashboards.charts.chart import HOLLOW, Chart, measured, moved, span
from dashboards.drivers import LARGEST, driver_dimensions, driver_table, step_parts, top_drivers
from dashboards.edition import Edition
from dashboards.labelers import series_breaks
from dashboards.records import Driver
from dashboards.week_tables import kpis_by_week


def factors_chart(edition: Edition) -> Chart:
    """Handled less, or liked less?"""
    handled, positive = edition.series("handled_rate"), edition.series("neutral_to_positive_rate")
    return Chart(
        "chart-factors",
        _factors_title(edition),
        f"Handled: share of decided cases. Neutral-to-positive (NPS 7 or more): share of handled cases. {HOLLOW}",
        figures.factors_by_week(handled, positive, edition.min_n) if measured([*handled, *positive]) else None,
        [kpis_by_week(edition, "The two factors by week", ["handled_rate", "neutral_to_positive_rate"])],
        span(edition.weeks),
        "handled_or_liked",
    )


def waterfall_chart(edition: Edition) -> Chart:
    """From last week's north star to this one, in the steps that add up to the difference."""
    parts = step_parts(edition)
    if parts is None:
        new_labeler = series_breaks(edition.publication, [edition.week])
        why = "another labeler starts a new series" if new_labeler else "no drivers are published for this week"
        return Chart("chart-waterfall", f"Steps from last week to this one: {why}.")
    return Chart(
        "chart-waterfall",
        parts.sentence,
        "Observed north star of both weeks; mix, handled and NPS effects are summed over segments and add up exactly."
        " Falls are hatched.",
        figures.waterfall(parts.steps),
        [parts.table],
        parts.weeks,
        "what_moved_it",
    )


def segment_effects_charts(edition: Edition) -> list[Chart]:
    """One chart per dimension: which segments added to the step."""
    charts = []
    for dimension in driver_dimensions(edition):
        largest, rest = top_drivers(edition, dimension)
        charts.append(
            Chart(
                f"chart-effects-{dimension.replace('_', '-')}",
                _effects_title(edition, dimension),
                f"Largest {LARGEST} effects and the rest, which add up to the step; diamonds are totals."
                " Pale rows are inside their own noise.",
                figures.effects_by_segment(largest, rest),
                [driver_table(edition, dimension)],
                wording.iso_week(edition.week),
                "what_moved_it",
            )
        )
    return charts


def _effects_title(edition: Edition, dimension: str) -> str:
    name = dimension.replace("_", " ")
    rows = [row for row in edition.drivers if row.dimension == dimension]
    real = [row for row in rows if row.is_real]
    if not real:
        return f"By {name}: no segment stands out of its own noise."
    top = max(real, key=lambda row: abs(row.total_effect))
    mixed = " A change of mix turns the total around: compare segments, not the total." if _simpson(rows) else ""
    return f"By {name}: {wording.quoted(top.segment)} added {wording.difference(top.total_effect, 'share')}.{mixed}"


def _simpson(rows: list[Driver]) -> bool:
    return any(row.is_simpson for row in rows)


def _factors_title(edition: Edition) -> str:
    handled, positive = edition.change("handled_rate"), edition.change("neutral_to_positive_rate")
    if handled and positive and handled.movement == positive.movement == "unchanged inside the interval":
        steps = [wording.difference(step.delta, "share") for step in (handled, positive)]
        since = wording.short_week(handled.since.week)
        return f"Neither factor left its interval since {since}: handled {steps[0]}, neutral-to-positive {steps[1]}."
    now = [moved(edition, metric) for metric in ("handled_rate", "neutral_to_positive_rate")]
    return f"Handled: {now[0]}. Neutral-to-positive: {now[1]}."
