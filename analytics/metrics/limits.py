"""Limits, signals and movements of every published series of mart.kpi_week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TypeAlias

import duckdb
import pyarrow as pa

from analytics.estimation.control import Judged, Point, judge
from analytics.estimation.movement import Movement, movement, movement_of_intervals, share, widened
from analytics.metrics.registry import Metric

SCHEMA = pa.schema(
    [("period", pa.date32()), ("metric", pa.string()), ("dimension", pa.string()), ("segment", pa.string()),
     ("limit_low", pa.float64()), ("centre", pa.float64()), ("limit_high", pa.float64()), ("signal", pa.string()),
     ("limits", pa.string()), ("series_start", pa.date32()), ("previous_week", pa.date32()), ("change", pa.float64()),
     ("change_ci_low", pa.float64()), ("change_ci_high", pa.float64()), ("verdict", pa.string()),
     ("minimum_detectable_change", pa.float64())]
)  # fmt: skip

#: Published rows in the order of their series, with what breaks one: another labeler version, another estimator.
_PUBLISHED = """
with versions as (
    select distinct week, labeler_version from mart.north_star_estimates where dimension = 'all'
),
headlines as (
    select week, 'north_star' as metric, dimension, segment, estimator, previous_week, change, change_se
    from mart.north_star_estimates where is_headline
)
select states.metric, states.dimension, states.segment, states.period, state = 'final', observed_value, ci_low, ci_high,
    coalesce(effective_n, n), labeler_version, coalesce(estimator, 'observed'), previous_week, change, change_se
from _kpi_states states
left join versions on versions.week = states.period
left join headlines on headlines.week = states.period and headlines.metric = states.metric
    and headlines.dimension = states.dimension and headlines.segment = states.segment
where state in ('final', 'provisional')
order by states.metric, states.dimension, states.segment, states.period
"""
Row: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class _Published:
    """One published number of a series; `step` is the headline's own movement where it has one."""

    metric: str
    dimension: str
    segment: str
    week: date
    is_final: bool
    value: float
    ci_low: float | None
    ci_high: float | None
    n: float
    labeler_version: str | None
    estimator: str
    previous_week: date | None
    change: float | None
    change_se: float | None


def limit_rows(connection: duckdb.DuckDBPyConnection, metrics: Mapping[str, Metric]) -> pa.Table:
    """From a connection with `_kpi_states` and mart.north_star_estimates."""
    numbers = [_Published(*row) for row in connection.execute(_PUBLISHED).fetchall()]
    rows: list[Row] = []
    for (metric, _, _), series in groupby(numbers, key=lambda one: (one.metric, one.dimension, one.segment)):
        for unbroken in _unbroken(metrics[metric], list(series)):
            rows += _judged(metrics[metric], unbroken)
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _unbroken(metric: Metric, series: list[_Published]) -> Iterator[list[_Published]]:
    """Cut where the labeler version changes, if the metric needs labels, and where the estimator does."""
    for _, part in groupby(series, key=lambda one: (metric.needs_labels and one.labeler_version, one.estimator)):
        yield list(part)


def _judged(metric: Metric, series: Sequence[_Published]) -> Iterator[Row]:
    final = [one for one in series if one.is_final]
    later = [one for one in series if not one.is_final]
    if metric.limits == "none":
        judged = [Judged(None, None)] * len(series)
    else:
        judged = judge([_point(one) for one in final], metric.limits, [_point(one) for one in later])
    before: _Published | None = None
    for one, verdict in zip([*final, *later], judged, strict=True):
        key = {"period": one.week, "metric": one.metric, "dimension": one.dimension, "segment": one.segment}
        yield key | {"series_start": series[0].week} | _limits(metric, verdict) | _moved(metric, one, before, verdict)
        before = one


def _point(one: _Published) -> Point:
    return Point(one.value, one.n)


def _limits(metric: Metric, judged: Judged) -> Row:
    limits = judged.limits
    if limits is None:
        return {}
    low, high = limits.low, limits.high
    if metric.unit == "share":
        low, high = max(0.0, low), min(1.0, high)
    signal = judged.signal
    if signal and limits.status == "provisional":
        signal = f"{signal} (provisional limits)"
    return {"limit_low": low, "centre": limits.centre, "limit_high": high, "signal": signal, "limits": limits.status}


def _moved(metric: Metric, one: _Published, before: _Published | None, judged: Judged) -> Row:
    """The change since the final week before, of one series; nothing for a provisional week."""
    if before is None or not one.is_final or (step := _step(metric, one, before)) is None:
        return {}
    step = widened(step, judged.limits.overdispersion if judged.limits else None)
    low, high = step.ci
    return {
        "previous_week": before.week,
        "change": step.change,
        "change_ci_low": low,
        "change_ci_high": high,
        "verdict": step.verdict(metric.direction),
        "minimum_detectable_change": step.minimum_detectable,
    }


def _step(metric: Metric, one: _Published, before: _Published) -> Movement | None:
    if one.estimator != "observed":
        known = one.change is not None and one.change_se is not None and one.previous_week == before.week
        return Movement(one.change or 0.0, one.change_se or 0.0) if known else None
    if metric.aggregation == "share":
        return movement(share(one.value, one.n), share(before.value, before.n))
    if None in (one.ci_low, one.ci_high, before.ci_low, before.ci_high):
        return None
    return movement_of_intervals(
        (one.value, one.ci_low or 0.0, one.ci_high or 0.0), (before.value, before.ci_low or 0.0, before.ci_high or 0.0)
    )
