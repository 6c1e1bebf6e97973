-- _kpi_states: one row per week, metric, dimension and segment: the rollup and whether it can be published.
-- in: rollups, _weeks, definitions   params: $min_n.  Counts are never suppressed.
select rollups.*,
    case when waits_for_cases then case_completeness else elapsed_share end as completeness,
    version,
    case
        when waits_for_cases and not week_final and coalesce(case_completeness, 0) = 0 then 'not_publishable'
        when not counts and n < $min_n then 'suppressed'
        when observed_value is null then 'not_publishable'
        when week_final then 'final'
        else 'provisional'
    end as state
from rollups join definitions using (metric) join _weeks on _weeks.week = rollups.period
