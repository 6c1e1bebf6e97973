-- _facts_call: calls started before the clock.
-- in: core.calls, core.case_calls, core.labels, core.cost_items, _fixed_usd, _facts_turn   units: *_usd US dollars
-- params: $as_of, $zone, $slo_ttft_ms, $stitch_seconds.  settled_day: all cases opened on the call's day are settled.
-- fixed_usd: the call's part of the monthly items of the price book; it is part of cost_usd here.
-- billed_s: as the call says, else as its telephony lines say.
with telephony as (
    -- a priced line has one row per unit, and its seconds on each
    select call_id, sum(billed_s) as telephony_billed_s from core.cost_items
    where component = 'telephony' and unit in ('second', 'bill') group by call_id
),
headline_turns as (
    select call_id, count(*) as headline_turns, count(*) filter (ttft_ms > $slo_ttft_ms) as slow_headline_turns
    from _facts_turn where headline group by call_id
)
select calls.* exclude (usd_per_minute) replace (
        calls.cost_usd + coalesce(fixed_usd, 0) as cost_usd, coalesce(calls.billed_s, telephony_billed_s) as billed_s
    ), case_calls.case_id,
    coalesce(epoch_us(lead(calls.started_at) over of_customer) - epoch_us(calls.ended_at)
        <= coalesce(nullif($stitch_seconds, 0), 300) * 1000000::bigint and calls.customer_key is not null, false) as resumed,
    coalesce(labels.status = 'ok', false) as labeled,
    case when labels.status = 'ok' then labels.outcome end as outcome,
    coalesce(headline_turns, 0) as headline_turns, coalesce(slow_headline_turns, 0) as slow_headline_turns,
    midnight_in(calls.day + 1, $zone) + interval 168 hours <= $as_of as settled_day
from (
    select *, connected and environment = 'production' as connected_production,
        (coalesce(duration_s, 0) / 60)::decimal(38, 15) as connected_minutes,
        case when connected_production then (usd_per_minute * connected_minutes::double)::decimal(38, 12) end as fixed_usd
    from core.calls left join _fixed_usd using (day)
) calls
join core.case_calls using (call_id)
left join core.labels labels on labels.call_id = calls.call_id and labels.is_current
left join telephony on telephony.call_id = calls.call_id
left join headline_turns on headline_turns.call_id = calls.call_id
where calls.started_at < $as_of
window of_customer as (partition by calls.customer_key order by calls.started_at, calls.call_id)
