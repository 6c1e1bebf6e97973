-- _draws: one row per eligible call: its place in the random order in which a budget takes calls, above 0 and below 1.
-- in: core.calls, stored_draws (places that an earlier round gave) Within a stratum (week and use case) calls stand in
-- the order of a hash of their id, evenly spaced from a start that is a hash of the stratum: taking all places below p
-- takes p of every stratum, to within one call (collocated sampling: Brewer, Early and Joyce 1972). Places do not
-- change with the budget, so a greater one takes the same calls and more.
select calls.call_id,
    coalesce(stored_draws.draw, (
        row_number() over (partition by week, use_case order by sha256(calls.call_id), calls.call_id) - 1
        + (md5_number_lower(week::varchar || coalesce(use_case, ''))::double + 1) / 18446744073709551618
    ) / count(*) over (partition by week, use_case)) as draw
from core.calls calls left join stored_draws using (call_id)
where eligible
