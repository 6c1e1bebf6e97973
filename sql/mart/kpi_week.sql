-- mart.kpi_week: one row per week, metric, dimension and segment.  in: rollups, _weeks, definitions
-- params: $as_of, $min_n.  A row below min_n exists without value and interval; counts are never suppressed.
select
    rollups.period as week,
    iso_week(rollups.period) as iso_week,
    rollups.metric, dimension, segment, numerator, denominator, observed_value,
    case when state in ('final', 'provisional') then observed_value end as value,
    case when state in ('final', 'provisional') then ci_low end as ci_low,
    case when state in ('final', 'provisional') then ci_high end as ci_high,
    bounds_low, bounds_high, n,
    'observed' as estimator,
    state as status,
    case when waits_for_cases then _weeks.case_completeness else _weeks.elapsed_share end as completeness,
    coverage,
    null::double as limit_low, null::double as centre, null::double as limit_high, null::varchar as signal,
    version as definition_version,
    $as_of as as_of
from (
    select rollups.*, definitions.waits_for_cases, definitions.version,
        case
            when waits_for_cases and not week_final and coalesce(case_completeness, 0) = 0 then 'not_publishable'
            when not counts and n < $min_n then 'suppressed'
            when observed_value is null then 'not_publishable'
            when week_final then 'final'
            else 'provisional'
        end as state
    from rollups join definitions using (metric) join _weeks on _weeks.week = rollups.period
) rollups
join _weeks on _weeks.week = rollups.period
order by all
