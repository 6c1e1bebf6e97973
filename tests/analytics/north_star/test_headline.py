"""One estimator per series: the best that every week of its baseline has."""

from datetime import date, timedelta

from analytics.north_star.headline import headlines


def chosen(
    available: list[set[str]], versions: str | None = None, surveyed: float = 0.1, weeks: int | None = None
) -> list[str]:
    days = [date(2026, 1, 5) + timedelta(weeks=number) for number in range(weeks or len(available))]
    found = headlines(
        days,
        dict(zip(days, [{"observed"} | names for names in available], strict=True)),
        dict(zip(days, versions or "a" * len(days), strict=True)),
        dict.fromkeys(days, surveyed),
    )
    return [found[day] for day in days]


AUDIT, SURVEY = {"audit_corrected"}, {"survey_corrected"}


def test_an_estimator_that_one_week_lacks_does_not_carry_the_series() -> None:
    assert chosen([set(), *[AUDIT] * 5]) == ["observed"] * 6
    assert chosen([SURVEY, *[AUDIT | SURVEY] * 5]) == ["survey_corrected"] * 6
    assert chosen([AUDIT | SURVEY] * 3) == ["audit_corrected"] * 3


def test_after_26_weeks_a_new_estimator_starts_a_series_and_the_old_one_keeps_its_weeks() -> None:
    assert chosen([*[set()] * 4, *[AUDIT] * 25]) == ["observed"] * 29
    assert chosen([*[set()] * 4, *[AUDIT] * 27]) == ["observed"] * 4 + ["audit_corrected"] * 27


def test_another_labeler_starts_another_series() -> None:
    assert chosen([*[set()] * 3, *[AUDIT] * 3], versions="aaabbb") == ["observed"] * 3 + ["audit_corrected"] * 3


def test_where_nearly_all_cases_have_a_survey_the_count_is_the_headline() -> None:
    assert chosen([AUDIT] * 3, surveyed=0.96) == ["observed"] * 3
