-- mart.kpi_day: one row per day (in the reporting zone), metric, dimension and segment.  in: rollups, _days, definitions
-- params: $as_of, $min_n.  A day is final with its week; before, a day's cases count once all of them are settled.
select
    rollups.period as day, _days.week, metric, dimension, segment, numerator, denominator, observed_value,
    case when state in ('final', 'provisional') then observed_value end as value,
    case when state in ('final', 'provisional') then ci_low end as ci_low,
    case when state in ('final', 'provisional') then ci_high end as ci_high,
    bounds_low, bounds_high, n,
    'observed' as estimator,
    state as status,
    coverage,
    version as definition_version,
    $as_of as as_of
from (
    select rollups.*, definitions.version,
        case
            when waits_for_cases and not week_final and not day_settled then 'not_publishable'
            when not counts and n < $min_n then 'suppressed'
            when observed_value is null then 'not_publishable'
            when week_final then 'final'
            else 'provisional'
        end as state
    from rollups join definitions using (metric) join _days on _days.day = rollups.period
) rollups
join _days on _days.day = rollups.period
order by all
