"""SQL that adds a metric up by period and segment: numerators and denominators first, one division at the end."""

from typing import Literal

from analytics.metrics.registry import DIMENSIONS, Metric

Period = Literal["week", "day"]


def rollup(metric: Metric, period: Period) -> str:
    """A select with one row per period, dimension and segment.

    Columns: period, metric, dimension, segment, numerator, denominator, observed_value, n, effective_n, ci_low,
    ci_high, bounds_low, bounds_high, coverage. Nothing is suppressed here. effective_n is the n of a share whose
    rows weigh unequally, (sum w)^2 / sum w^2 (Kish 1965, Survey Sampling, 11.7); without weights it is n.
    """
    aggregate = {"share": _share, "ratio": _ratio, "quantile": _quantile, "count": _count}[metric.aggregation]
    sums = aggregate(metric, period)
    return f"select period, '{metric.id}' as metric, dimension, segment, {_columns(metric)} from ({sums})"


def _columns(metric: Metric) -> str:
    value = "value" if metric.aggregation == "quantile" else f"{metric.scale} * numerator / nullif(denominator, 0)"
    if metric.aggregation == "count":
        value = "numerator"
    return (
        f"numerator::double as numerator, denominator::double as denominator, ({value})::double as observed_value, n,"
        f" {'denominator * shrink' if metric.aggregation == 'share' else 'null'}::double as effective_n,"
        f" {_interval(metric)}, {_bounds(metric)}, covered / nullif(coverable, 0) as coverage"
    )


def _interval(metric: Metric) -> str:
    if metric.interval == "wilson":
        counted = "numerator * shrink, denominator * shrink"
        return f"wilson_low({counted}) as ci_low, wilson_high({counted}) as ci_high"
    if metric.interval == "none":
        return "null::double as ci_low, null::double as ci_high"
    # linearised variance of a ratio of sums over m clusters (cases): Cochran 1977, Sampling Techniques, 6.4
    spread = (
        "1.959963984540054 * sqrt(clusters / nullif(clusters - 1, 0) * greatest(squares"
        " - 2 * (numerator / nullif(denominator, 0)) * products"
        " + (numerator / nullif(denominator, 0)) ** 2 * denominator_squares, 0)) / nullif(denominator, 0)"
    )
    centre = "numerator / nullif(denominator, 0)"
    return f"{metric.scale} * ({centre} - {spread}) as ci_low, {metric.scale} * ({centre} + {spread}) as ci_high"


def _bounds(metric: Metric) -> str:
    if metric.undecided is None:
        return "null::double as bounds_low, null::double as bounds_high"
    return "good / nullif(n + undecided, 0) as bounds_low, (good + undecided) / nullif(n + undecided, 0) as bounds_high"


def _share(metric: Metric, period: Period) -> str:
    """Weights are exact decimals, so that their sums do not depend on the order of rows."""
    good = f"filter (({metric.included}) and ({metric.numerator}))"
    rows = f"filter ({metric.included})"
    counts = f"count(*) {good} as good, count(*) {rows} as n"
    if metric.weight:
        squares = f"sum((({metric.weight})::double ** 2)::decimal(38, 12)) {rows}"
        weights = f"sum({metric.weight})"
        sums = (
            f"coalesce({weights} {good}, 0)::double as numerator, coalesce({weights} {rows}, 0)::double as denominator,"
            f" coalesce(({weights} {rows})::double / nullif({squares}, 0)::double, 1) as shrink"
        )
    else:
        sums = f"count(*) {good} as numerator, count(*) {rows} as denominator, 1 as shrink"
    undecided = f"count(*) filter ({metric.undecided or 'false'}) as undecided"
    return _grouped(metric, period, f"{sums}, {counts}, {undecided}, {_coverage(metric)}")


def _count(metric: Metric, period: Period) -> str:
    counted = f"count(*) filter ({metric.included})"
    return _grouped(
        metric,
        period,
        f"{counted} as numerator, null as denominator, {counted} as n, 0 as undecided, {_coverage(metric)}",
    )


def _quantile(metric: Metric, period: Period) -> str:
    """From counts of whole values, which need bounded memory: see counted_quantile in sql/mart/_macros.sql."""
    present = f"({metric.included}) and {metric.value} is not null"
    counts = _grouped(
        metric,
        period,
        f"{metric.value} as value, count(*) filter ({present}) as counted, {_coverage(metric)}",
        f", {metric.value}",
    )
    series = "partition by period, dimension, segment"
    return (
        "select period, dimension, segment, null as numerator, null as denominator, 0 as undecided,"
        f" sum(counted)::bigint as n, counted_quantile(value, running, total, {metric.quantile}) as value,"
        " sum(covered) as covered, sum(coverable) as coverable"
        f" from (select *, sum(counted) over ({series} order by value) as running,"
        f" sum(counted) over ({series})::bigint as total from ({counts}))"
        " group by period, dimension, segment"
    )


def _ratio(metric: Metric, period: Period) -> str:
    """Summed per case first: calls of one case are alike, so the case is the unit of the variance."""
    inner = _grouped(
        metric,
        period,
        f"case_id, sum({metric.numerator}) filter ({metric.included}) as x,"
        f" sum({metric.denominator}) filter ({metric.included}) as y,"
        f" {_summed(metric.n) if metric.n else f'count(*) filter ({metric.included})'} as n, {_coverage(metric)}",
        ", case_id",
    )
    return (
        "select period, dimension, segment, sum(x) as numerator, sum(y) as denominator, sum(n)::bigint as n,"
        " 0 as undecided, count(*) filter (x is not null or y is not null) as clusters,"
        f" {_products('x', 'x')} as squares, {_products('x', 'y')} as products,"
        f" {_products('y', 'y')} as denominator_squares,"
        f" sum(covered) as covered, sum(coverable) as coverable from ({inner}) group by period, dimension, segment"
    )


def _products(one: str, other: str) -> str:
    """A sum of products that does not depend on the order of rows: they are sorted before they are added."""
    return f"list_sum(list_sort(list(coalesce({one}, 0)::double * coalesce({other}, 0)::double)))"


def _summed(expression: str) -> str:
    return f"coalesce(sum({expression}), 0)"


def _coverage(metric: Metric) -> str:
    covered = metric.coverage or metric.included
    coverable = metric.coverage_of or "true"
    if metric.aggregation == "ratio" and metric.coverage:
        return f"{_summed(covered)} as covered, {_summed(coverable)} as coverable"
    return f"count(*) filter ({covered}) as covered, count(*) filter ({coverable}) as coverable"


def _grouped(metric: Metric, period: Period, aggregates: str, key: str = "") -> str:
    """Group by period and by each dimension; a missing value and `unknown` are one segment."""
    sets = ", ".join(f"(period, {dimension}{key})" for dimension in DIMENSIONS)
    names = " ".join(f"when grouping({dimension}) = 0 then '{dimension}'" for dimension in DIMENSIONS)
    segments = " ".join(f"when grouping({dimension}) = 0 then {dimension}" for dimension in DIMENSIONS)
    named = ", ".join(f"coalesce({dimension}, 'unknown') as {dimension}" for dimension in DIMENSIONS)
    return (
        f"select period, case {names} else 'all' end as dimension, case {segments} else 'all' end as segment,"
        f" {aggregates}"
        f" from (select * replace ({named}), {period} as period from _facts_{metric.grain})"
        f" group by grouping sets ((period{key}), {sets})"
    )
