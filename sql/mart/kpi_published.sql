-- mart.kpi_published: what was published and when, append-only: one row per change of a published total or segment.
-- in: mart.kpi_week (about to be published), published_before (all earlier rows of this table)
-- params: $publication (number of this publication), $definition, $labeler, $price, $erase: what is new since the last
-- one; $late_days: days before the last judgement for which records came since; $zone, $as_of
-- reason says why a number that was published before is another one now; of several the first that holds of erase,
-- definition, labeler, estimator (another one carries the series), calibration (the same estimator and counts, but more
-- audits or answers to correct by), price (cost metrics only), late_data (the week was final, or got late records);
-- clock: a provisional week went on, its days settled or its next days came in.
with late_weeks as (
    select distinct week_in(midnight_in(day, 'UTC') + hours * interval 1 hour, $zone) as week
    from unnest($late_days::date[]) late(day), unnest([0, 23]) ends(hours)
),
latest as (
    select * from published_before
    qualify row_number() over (partition by week, metric, dimension, segment order by publication desc) = 1
),
compared as (
    select
        coalesce(now.week, latest.week) as week,
        coalesce(now.metric, latest.metric) as metric,
        coalesce(now.dimension, latest.dimension) as dimension,
        coalesce(now.segment, latest.segment) as segment,
        now.value, coalesce(now.status, 'not_publishable') as status, now.definition_version,
        now.estimator, now.observed_value,
        latest.estimator as earlier_estimator, latest.observed_value as earlier_observed_value,
        latest.definition_version as earlier_version,
        latest.status as earlier_status,
        latest.publication is not null as published,
        now.value is distinct from latest.value as changed
    from mart.kpi_week now
    full join latest on latest.week = now.week and latest.metric = now.metric and latest.dimension = now.dimension
        and latest.segment = now.segment
)
select
    week, metric, dimension, segment, value, status, definition_version, estimator, observed_value,
    case
        when not published then null
        when $erase then 'erase'
        when $definition or definition_version <> earlier_version then 'definition'
        when $labeler then 'labeler'
        when estimator <> earlier_estimator then 'estimator'
        when estimator <> 'observed' and observed_value = earlier_observed_value then 'calibration'
        when $price and metric like 'cost_%' then 'price'
        when earlier_status = 'final' or week in (select week from late_weeks) then 'late_data'
        else 'clock'
    end as reason,
    $as_of as as_of,
    $publication::bigint as publication
from compared
where changed or not published
order by week, metric, dimension, segment
