"""Section 3: can I trust the number this week?"""

from dashboards import figures, wording
from dashboards.charts.chart import Chart
from dashboards.edition import Edition
from dashboards.records import Estimate, Funnel
from dashboards.tables import NO_VALUE, Cell, Row, Table, exact

_STAGES = (
    ("opened", "eligible cases"),
    ("settled", "settled"),
    ("decided", "decided"),
    ("handled", "handled"),
    ("handled_positive", "handled and neutral-to-positive"),
)


def estimators_chart(edition: Edition) -> Chart:
    """The same number as different estimators see it."""
    shown = edition.weeks[-12:]
    rows = [one for one in edition.publication.estimates if one.week in shown and one.segment == "all"]
    measured = [one for one in rows if one.value is not None]
    if not measured:
        return Chart("chart-estimators", "Estimators side by side: no estimates are published for these weeks.")
    headline = edition.total("north_star").estimator or ""
    names = sorted({one.estimator for one in measured}, key=lambda name: (name != headline, name))
    return Chart(
        "chart-estimators",
        _estimators_title(edition, measured, headline),
        "Surveys see who answers, labels see everybody with the labeler's errors; the published estimator is large.",
        figures.estimators_by_week(measured, names, headline),
        [_estimates_table(edition, [one for one in rows if one.week == edition.week])],
        wording.iso_week(edition.week),
        "estimators_by_week",
    )


def funnel_chart(edition: Edition) -> Chart:
    """Who is in the number, and who is not."""
    found = [one for one in edition.publication.funnels if one.week == edition.week]
    if not found:
        return Chart("chart-funnel", "Way into the number: no cases are published for this week.")
    stages = [(label, getattr(found[0], name)) for name, label in _STAGES]
    return Chart(
        "chart-funnel",
        _funnel_title(found[0]),
        "Cases of the week, in brackets the share of the bar above. Undecided cases are on neither side of the rate.",
        figures.funnel(stages),
        [
            Table(
                "Way into the number",
                ["Stage", "Cases"],
                [Row(label, [Cell(wording.count(n))]) for label, n in stages],
                view="way_into_the_number",
            )
        ],
        wording.iso_week(edition.week),
        "way_into_the_number",
    )


def _estimators_title(edition: Edition, rows: list[Estimate], headline: str) -> str:
    now = {one.estimator: one.value for one in rows if one.week == edition.week and one.value is not None}
    survey, inferred = now.get("survey_only"), now.get("inferred")
    named = f"Published: {headline.replace('_', ' ')}." if headline else ""
    if survey is None or inferred is None:
        return f"{named} {wording.count(len(now))} estimators have a value this week.".strip()
    gap = wording.difference(survey - inferred, "share")
    return f"{named} Surveys alone lie {gap} from the labels alone.".strip()


def _estimates_table(edition: Edition, rows: list[Estimate]) -> Table:
    return Table(
        f"Estimators of {wording.iso_week(edition.week)}",
        ["Estimator", "North star", "95% interval", "n", "Why not"],
        [
            Row(
                one.estimator.replace("_", " "),
                [
                    Cell(
                        NO_VALUE if one.value is None else wording.amount(one.value, "share"),
                        {"value": exact(one.value)},
                    ),
                    Cell(
                        NO_VALUE
                        if one.ci_low is None or one.ci_high is None
                        else wording.interval(one.ci_low, one.ci_high, "share")
                    ),
                    Cell(NO_VALUE if one.n is None else wording.count(one.n)),
                    Cell(one.reason or ""),
                ],
            )
            for one in rows
        ],
        view="north_star_estimates",
        fields=("value",),
    )


def _funnel_title(funnel: Funnel) -> str:
    lost = funnel.opened - funnel.decided
    counted = f"{wording.count(funnel.decided)} of {wording.count(funnel.opened)} eligible cases are in the number"
    others = f"{wording.count(lost)} {'is' if lost == 1 else 'are'} not"
    customers = "customer" if funnel.surveyed == 1 else "customers"
    return f"{counted}, {others}; {wording.count(funnel.surveyed)} handled {customers} answered for themselves."
