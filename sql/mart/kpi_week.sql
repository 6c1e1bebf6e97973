-- mart.kpi_week: one row per week, metric, dimension and segment.  in: _kpi_states, _kpi_limits, mart.north_star_estimates
-- params: $as_of.  A row below min_n exists without value and interval.  value and interval of the north star are the
-- headline's; its limits are those of the observed series, moved by the week's label correction (value - observed_value),
-- so that a point lies to its limits as the observed one does.
with headlines as (
    select * from mart.north_star_estimates where is_headline
),
published as (
    select states.*,
        case when state in ('final', 'provisional') then coalesce(headlines.value, observed_value) end as value,
        case when state in ('final', 'provisional') then
            case when headlines.value is null then states.ci_low else headlines.ci_low end end as published_low,
        case when state in ('final', 'provisional') then
            case when headlines.value is null then states.ci_high else headlines.ci_high end end as published_high,
        coalesce(headlines.estimator, 'observed') as estimator
    from _kpi_states states
    left join headlines on metric = 'north_star' and headlines.week = period
        and headlines.dimension = states.dimension and headlines.segment = states.segment
)
select
    period as week,
    iso_week(period) as iso_week,
    metric, dimension, segment, numerator, denominator, observed_value,
    value, published_low as ci_low, published_high as ci_high,
    bounds_low, bounds_high, n, estimator,
    state as status,
    completeness, coverage,
    limit_low + (value - observed_value) as limit_low,
    centre + (value - observed_value) as centre,
    limit_high + (value - observed_value) as limit_high,
    signal, limits, series_start,
    previous_week, change, change_ci_low, change_ci_high, verdict, minimum_detectable_change,
    version as definition_version,
    $as_of as as_of
from published
left join _kpi_limits limits using (period, metric, dimension, segment)
order by all
