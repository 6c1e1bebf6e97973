-- mart.kpi_published: what was published and when, append-only: one row per change of a published total or segment.
-- in: mart.kpi_week (about to be published), published_before (all earlier rows of this table)
-- params: $publication (number of this publication), $late, $definition, $labeler, $price, $erase: what is new since
-- the last one.  reason says why a number that was published before is another one now; of several the first that
-- holds of erase, definition, labeler, price (cost metrics only), late_data; clock: nothing but time has passed.
with latest as (
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
        latest.definition_version as earlier_version,
        latest.publication is not null as published,
        now.value is distinct from latest.value as changed
    from mart.kpi_week now
    full join latest on latest.week = now.week and latest.metric = now.metric and latest.dimension = now.dimension
        and latest.segment = now.segment
)
select
    week, metric, dimension, segment, value, status, definition_version,
    case
        when not published then null
        when $erase then 'erase'
        when $definition or definition_version <> earlier_version then 'definition'
        when $labeler then 'labeler'
        when $price and metric like 'cost_%' then 'price'
        when $late then 'late_data'
        else 'clock'
    end as reason,
    $as_of as as_of,
    $publication::bigint as publication
from compared
where changed or not published
order by week, metric, dimension, segment
