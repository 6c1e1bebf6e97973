"""A number that is too small to show is shown by no other column either."""

from dataclasses import fields
from datetime import date

import numpy as np

from analytics.north_star.estimates import estimate_rows
from analytics.north_star.evidence import TOTAL, Cell, Evidence

WEEKS = (date(2026, 10, 5), date(2026, 10, 12))


def cell(surveyed: int) -> Cell:
    """200 decided cases, 140 of them good, all with a label."""
    counts: dict[str, float] = dict.fromkeys((field.name for field in fields(Cell)), 0)
    counts |= dict.fromkeys(("cases", "decided", "decided_weight", "decided_squares"), 200)
    counts |= dict.fromkeys(("inferred", "inferred_weight", "inferred_squares"), 200)
    counts |= dict.fromkeys(("surveyed", "surveyed_weight", "surveyed_squares"), surveyed)
    counts |= dict.fromkeys(("good", "good_weight", "handled_weight", "inferred_good_weight"), 140)
    return Cell(**counts | {"surveyed_good_weight": surveyed // 2})  # type: ignore[arg-type]


def evidence(surveyed: int) -> Evidence:
    y = np.repeat([1.0, 0.0], 30)
    audits = (y, np.where(np.arange(60) % 10 == 0, 1 - y, y), np.full(60, 0.3), np.zeros(60))
    return Evidence(
        cells={TOTAL: dict.fromkeys(WEEKS, cell(surveyed))},
        audits={TOTAL: dict.fromkeys(WEEKS, audits)},
        callbacks={},
        versions=dict.fromkeys(WEEKS, "v"),
        final=frozenset(WEEKS),
        open_weeks=frozenset(),
    )


def survey_only(surveyed: int) -> dict[str, object]:
    rows = estimate_rows(evidence(surveyed), min_n=30).to_pylist()
    return next(row for row in rows if row["estimator"] == "survey_only" and row["week"] == WEEKS[1])


def test_the_gap_of_a_suppressed_estimate_would_give_it_away() -> None:
    hidden, shown = survey_only(29), survey_only(30)
    assert (hidden["status"], hidden["value"], hidden["n"]) == ("suppressed", None, 29)
    assert (hidden["gap"], hidden["gap_se"], hidden["is_gap_flagged"]) == (None, None, None)
    assert shown["status"] == "final"
    assert shown["gap"] is not None
