"""The headline in words, from literal numbers."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from analytics.sections import Target, Targets
from analytics.settings import Settings
from dashboards import sentences
from dashboards.edition import Edition
from dashboards.publication import Publication
from dashboards.records import Kpi

LAST = date(2026, 11, 2)
THIS = LAST + timedelta(weeks=1)


def edition(*kpis: Kpi, settings: Settings | None = None, through: date = THIS) -> Edition:
    publication = Publication(list(kpis), *([] for _ in range(8)))
    return Edition(publication, settings or Settings(), week=THIS, through=through)


def star(week: date, value: float | None, status: str = "final", **more: Any) -> Kpi:
    """A north star with an interval of one point to each side."""
    ends: dict[str, Any] = {} if value is None else {"ci_low": value - 0.01, "ci_high": value + 0.01}
    return replace(Kpi(week, "north_star", value=value, n=4812, status=status, coverage=0.962, **ends), **more)


def test_the_headline_gives_the_value_and_the_lead_its_interval_in_words() -> None:
    one = edition(star(THIS, 0.701))
    assert sentences.headline(one) == "70.1% of cases were handled and left the customer neutral-to-positive."
    assert sentences.certainty(one) == (
        "The 95% interval is 69.1% to 71.1%, on 4,812 decided cases, 96.2% of those settled."
    )


def test_a_step_inside_the_interval_is_unchanged() -> None:
    assert sentences.movement(edition(star(LAST, 0.705), star(THIS, 0.701))) == (
        "Against 2026-W45 it is unchanged inside the interval (\N{MINUS SIGN}0.4 pp);"
        " the 95% interval of the difference is \N{MINUS SIGN}1.8 pp to +1.0 pp."
    )


def test_a_step_outside_the_interval_is_up_or_down() -> None:
    assert "it is up (+2.1 pp);" in sentences.movement(edition(star(LAST, 0.68), star(THIS, 0.701)))
    assert "it is down (\N{MINUS SIGN}2.9 pp);" in sentences.movement(edition(star(LAST, 0.73), star(THIS, 0.701)))


def test_the_comparison_skips_weeks_without_a_final_number() -> None:
    earlier = star(LAST - timedelta(weeks=1), 0.70)
    assert "Against 2026-W44 " in sentences.movement(edition(earlier, star(LAST, None, n=12), star(THIS, 0.701)))


def test_the_first_week_has_nothing_to_compare_with() -> None:
    assert sentences.movement(edition(star(THIS, 0.701))) == "There is no earlier final week to compare it with."


def test_a_provisional_week_says_so_far_and_when_it_is_final() -> None:
    one = edition(star(LAST, 0.70), star(THIS, 0.712, status="provisional", completeness=4 / 7))
    assert sentences.headline(one).startswith("So far 71.2% of cases")
    assert sentences.movement(one) == "Not compared: only final weeks are."
    assert (
        sentences.settling(one, THIS) == "2026-W46 is provisional: 71.2% on 57.1% of its cases; final from 26 Nov 2026."
    )


def test_a_week_that_is_too_young_has_a_day_and_no_number() -> None:
    one = edition(star(THIS, None, n=0, status="not_publishable"))
    assert sentences.headline(one) == "The north star of 2026-W46 is not publishable: too young."
    assert sentences.settling(one, THIS) == "2026-W46 is not publishable: too young; final from 26 Nov 2026."


def test_what_is_not_final_yet_is_said_with_its_date() -> None:
    young = star(THIS + timedelta(weeks=1), 0.69, status="provisional", completeness=0.5)
    said = sentences.status_sentence(edition(star(THIS, 0.7), young, through=young.week))
    assert said == "2026-W47 is provisional: 69.0% on 50.0% of its cases; final from 3 Dec 2026."


def test_what_was_not_measured_is_never_zero() -> None:
    one = edition(star(THIS, 0.701))
    assert sentences.latency(one) == "The time to first token is not measured: no turn has a valid one."
    assert sentences.cost(one) == "The cost is not measured: only calls whose cost is fully known count."


def test_targets_are_judged_in_words() -> None:
    targets = Targets(cost_per_minute_usd=Target(value=0.09, source="budget"))
    one = edition(
        Kpi(THIS, "ttft_p50_ms", value=980.0, n=900, status="final"),
        Kpi(THIS, "ttft_p95_ms", value=1850.0, n=900, status="final"),
        Kpi(THIS, "ttft_slo_share", value=0.93, ci_low=0.92, ci_high=0.94, n=900, status="final"),
        Kpi(THIS, "cost_per_minute_usd", value=0.0832, ci_low=0.08, ci_high=0.0864, n=900, status="final"),
        Kpi(THIS, "cost_per_handled_positive_case_usd", value=0.61, n=600, status="final"),
        settings=Settings(targets=targets),
    )
    assert sentences.latency(one) == (
        "Half of the answers began within 980 ms, nineteen of twenty within 1,850 ms; 93.0% came within 2,000 ms"
        " (target 95.0%: missed)."
    )
    assert sentences.cost(one) == (
        "A connected minute cost $0.0832 (target $0.0900: met); a handled neutral-to-positive case $0.6100,"
        " failed calls included."
    )
