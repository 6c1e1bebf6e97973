-- mart.kpi_revisions: one row per change of a number that was already published.  in: mart.kpi_published
-- reason: erase, definition, labeler, price, late_data, or clock (a provisional week settled further).
select * exclude (publication)
from (
    select
        week, metric, dimension, segment,
        lag(value) over published as old_value,
        value as new_value,
        reason,
        lag(as_of) over published as old_as_of,
        as_of as new_as_of,
        publication
    from mart.kpi_published
    window published as (partition by week, metric, dimension, segment order by publication)
)
where reason is not null and old_value is not null
order by new_as_of, publication, week, metric, dimension, segment
