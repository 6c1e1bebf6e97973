-- mart.kpi_revisions: one row per change of a number that was already published.  in: mart.kpi_published
-- reason: erase, definition, labeler, estimator, calibration, price, late_data, or clock (a provisional week went on).
-- old_value is NULL where the number had been withdrawn in between.
select * exclude (published_before, publication)
from (
    select
        week, metric, dimension, segment,
        lag(value) over published as old_value,
        value as new_value,
        reason,
        lag(as_of) over published as old_as_of,
        as_of as new_as_of,
        count(value) over (published rows between unbounded preceding and 1 preceding) > 0 as published_before,
        publication
    from mart.kpi_published
    window published as (partition by week, metric, dimension, segment order by publication)
)
where published_before
order by new_as_of, publication, week, metric, dimension, segment
