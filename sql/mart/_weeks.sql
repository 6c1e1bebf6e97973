-- _weeks: one row per week with calls before the clock: is it final, and how much of it is in.
-- in: _facts_case, _facts_call   params: $as_of, $zone, $maturity_days
with seen as (
    select distinct week from _facts_call
    union
    select distinct week from _facts_case
)
select
    seen.week,
    $as_of >= midnight_in(seen.week + 7 + $maturity_days::integer, $zone) as week_final,
    least(1.0, (epoch_us($as_of) - epoch_us(midnight_in(seen.week, $zone)))
        / (epoch_us(midnight_in(seen.week + 7, $zone)) - epoch_us(midnight_in(seen.week, $zone)))) as elapsed_share,
    count(*) filter (counted) / nullif(count(case_id), 0) as case_completeness
from seen left join _facts_case on _facts_case.week = seen.week
group by seen.week
