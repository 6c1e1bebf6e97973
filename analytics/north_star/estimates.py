"""Rows of mart.north_star_estimates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from analytics.estimation.estimate import Estimate, Refusal, gap
from analytics.estimation.pooling import MIN_AUDITS_FOR_LABELS
from analytics.north_star.estimators import ASSUMPTIONS, ESTIMATORS, Estimated
from analytics.north_star.evidence import TOTAL, Evidence, Place
from analytics.north_star.headline import headlines

_WIDE = 0.20
_PUBLISHED = ("final", "provisional")
#: Against which the others are held, the first that has a number.
_REFERENCES = ("audit_corrected", "callback_corrected")
#: What a segment can show beside the total's six.
_OF_SEGMENTS = ("observed", "audit_corrected", "survey_only", "inferred")
#: Counted on cases of their own, of which there can be too few to show; the others refuse by themselves.
_SUPPRESSIBLE = ("survey_only", "inferred")

SCHEMA = pa.schema(
    [("week", pa.date32()), ("dimension", pa.string()), ("segment", pa.string()), ("estimator", pa.string()),
     ("value", pa.float64()), ("ci_low", pa.float64()), ("ci_high", pa.float64()), ("n", pa.int64()),
     ("se", pa.float64()), ("status", pa.string()), ("reason", pa.string()), ("is_headline", pa.bool_()),
     ("is_wide", pa.bool_()), ("gap", pa.float64()), ("gap_se", pa.float64()), ("is_gap_flagged", pa.bool_()),
     ("gap_to", pa.string()), ("youden", pa.float64()), ("previous_week", pa.date32()), ("change", pa.float64()),
     ("change_se", pa.float64()), ("labeler_version", pa.string()), ("assumption", pa.string())]
)  # fmt: skip


@dataclass(frozen=True)
class _Week:
    """The estimators of one week and segment."""

    place: Place
    week: date
    status: str
    found: dict[str, Estimated]
    min_n: int

    def status_of(self, estimator: str) -> str:
        """The week's status, or that this estimate stands on too few cases."""
        if self.status in _PUBLISHED and estimator in _SUPPRESSIBLE and self.found[estimator].result.n < self.min_n:
            return "suppressed"
        return self.status

    def number(self, estimator: str) -> Estimate | None:
        """The estimate that is published, if it is."""
        result = self.found[estimator].result if estimator in self.found else None
        return result if isinstance(result, Estimate) and self.status_of(estimator) in _PUBLISHED else None


def estimate_rows(evidence: Evidence, min_n: int) -> pa.Table:
    """Every estimator of every week and segment, with the headline marked."""
    total = _series(evidence, TOTAL, min_n)
    chosen = _chosen(evidence, TOTAL, total, frozenset(ESTIMATORS))
    rows = list(_rows(evidence, total, chosen))
    audited_weeks = {week for week, estimator in chosen.items() if estimator == "audit_corrected"}
    for place in evidence.cells:
        if place != TOTAL:
            series = _series(evidence, place, min_n)
            own = _chosen(evidence, place, series, frozenset({"observed", "audit_corrected"}))
            own = {week: name if week in audited_weeks else "observed" for week, name in own.items()}
            rows += _rows(evidence, series, own)
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _series(evidence: Evidence, place: Place, min_n: int) -> list[_Week]:
    names = ESTIMATORS if place == TOTAL else _OF_SEGMENTS
    weeks = sorted(evidence.cells.get(place, {}))
    return [
        _Week(
            place,
            week,
            _status(evidence, place, week, min_n),
            {name: _estimated(evidence, name, place, week) for name in names},
            min_n,
        )
        for week in weeks
    ]


def _estimated(evidence: Evidence, name: str, place: Place, week: date) -> Estimated:
    found = ESTIMATORS[name](evidence, place, week)
    if name == "audit_corrected" and place != TOTAL and found.result.n < MIN_AUDITS_FOR_LABELS:
        return Estimated(Refusal(f"fewer than {MIN_AUDITS_FOR_LABELS} audited cases", found.result.n))
    return found


def _status(evidence: Evidence, place: Place, week: date, min_n: int) -> str:
    if week not in evidence.final and week not in evidence.open_weeks:
        return "not_publishable"
    if evidence.cells[place][week].decided < min_n:
        return "suppressed"
    return "final" if week in evidence.final else "provisional"


def _chosen(evidence: Evidence, place: Place, series: list[_Week], candidates: frozenset[str]) -> dict[date, str]:
    """The headline's estimator by week; a provisional week goes on with that of the newest final one if it has it."""
    numbered = [one for one in series if one.number("observed")]
    if not numbered:
        return {}
    available = {one.week: {name for name in candidates if one.number(name)} for one in numbered}
    cells = evidence.cells[place]
    surveyed = {one.week: cells[one.week].surveyed / cells[one.week].decided for one in numbered}
    final = [one.week for one in numbered if one.status == "final"]
    chosen = headlines(final, available, evidence.versions, surveyed)
    newest = chosen[final[-1]] if final else "observed"
    for one in numbered:
        if one.status == "provisional":
            chosen[one.week] = newest if newest in available[one.week] else "observed"
    return chosen


def _rows(evidence: Evidence, series: list[_Week], chosen: dict[date, str]) -> Iterator[dict[str, object]]:
    previous: date | None = None
    for one in series:
        for name in one.found:
            yield {
                "week": one.week,
                "dimension": one.place[0],
                "segment": one.place[1],
                "estimator": name,
                **_number(one, name),
                "is_headline": chosen.get(one.week) == name,
                **_gap(one, name),
                **_change(evidence, one, name, previous if one.status == "final" else None),
                "labeler_version": evidence.versions.get(one.week),
                "assumption": ASSUMPTIONS[name],
            }
        previous = one.week if one.status == "final" else previous


def _number(one: _Week, name: str) -> dict[str, object]:
    result = one.found[name].result
    if isinstance(result, Refusal):
        return {"n": result.n, "status": "refused", "reason": result.reason, "is_wide": False}
    if one.number(name) is None:
        return {"n": result.n, "status": one.status_of(name), "reason": None, "is_wide": False}
    low, high = result.ci
    return {
        "value": result.value,
        "ci_low": low,
        "ci_high": high,
        "n": result.n,
        "se": result.se,
        "status": one.status_of(name),
        "is_wide": high - low > _WIDE,
        "youden": result.youden,
    }


def _gap(one: _Week, name: str) -> dict[str, object]:
    number = one.number(name)
    reference = next((other for other in _REFERENCES if one.number(other)), None)
    if number is None or reference is None or reference == name:
        return {}
    against = one.number(reference)
    assert against is not None, "chosen because it has a number"
    difference, se, is_flagged = gap(number, against)
    return {"gap": difference, "gap_se": se, "is_gap_flagged": is_flagged, "gap_to": reference}


def _change(evidence: Evidence, one: _Week, name: str, previous: date | None) -> dict[str, object]:
    if (
        previous is None
        or one.number(name) is None
        or evidence.versions.get(previous) != evidence.versions.get(one.week)
    ):
        return {}
    cells = evidence.cells[one.place]
    step = one.found[name].movement(cells[one.week], cells[previous])
    return {"previous_week": previous, "change": step.change, "change_se": step.se} if step else {}
