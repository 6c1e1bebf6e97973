-- _case_frames: one row per case: its first eligible call, its window and the moment of its last judgement.
-- in: core.calls, core.case_calls   params: $as_of, $zone, $maturity_days
with members as (
    select case_calls.case_id, case_calls.case_key_source, calls.*
    from core.case_calls join core.calls using (call_id)
),
first_calls as (
    select * from members
    qualify row_number() over (partition by case_id order by not eligible, started_at, call_id) = 1
)
select
    case_id, case_key_source, eligible, call_id as first_call_id, started_at as opened_at, week, day,
    customer_key, use_case, agent_version, language, channel, source,
    started_at + interval 168 hours as window_end,
    least($as_of, midnight_in(week + 7 + $maturity_days::integer, $zone)) as horizon,
    $as_of >= midnight_in(week + 7 + $maturity_days::integer, $zone) as week_final,
    $as_of >= midnight_in(day + 1, $zone) + interval 168 hours as day_settled
from first_calls
