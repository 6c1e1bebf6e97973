-- _days: one row per day with calls before the clock.  in: _facts_case, _facts_call
-- params: $as_of, $zone, $maturity_days
with seen as (
    select distinct day, week from _facts_call
    union
    select distinct day, week from _facts_case
)
select day, week,
    $as_of >= midnight_in(week + 7 + $maturity_days::integer, $zone) as week_final,
    $as_of >= midnight_in(day + 1, $zone) + interval 168 hours as day_settled
from seen
