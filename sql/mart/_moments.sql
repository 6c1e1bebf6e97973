-- _moments: whether a clock that moves from $low to $high passes a moment at which a figure may change: a call, an answer,
-- a closed case or a review that lies between, a case or a day that settles. Local midnights are told apart without data.
-- in: core.calls, raw.surveys, raw.cases, raw.human_labels   params: $low, $high (both included), $zone
with moments as (
    select unnest([started_at, started_at + interval 168 hours]) as moment from core.calls
    union all
    select midnight_in(day + 1, $zone) + interval 168 hours from (select distinct day from core.calls)
    union all
    select unnest([answered_at, invited_at]) from raw.surveys
    union all
    select unnest([opened_at, closed_at]) from raw.cases
    union all
    select labeled_at from raw.human_labels
)
select count(*) > 0 as passed from moments where moment between $low and $high
