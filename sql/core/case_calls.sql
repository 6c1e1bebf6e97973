-- core.case_calls: one row per call: the case that it belongs to.  in: core.calls (all days)
-- A pure function of all calls, whatever their order of arrival.
--   explicit: the producer's case id.
--   grouped:  per customer and use case, the earliest eligible call without a case opens one and takes every eligible
--             call that starts within 168 h of it; an ineligible call joins the case that is open at its time.
--   single:   a call without customer or use case, or an ineligible call outside every case.
with recursive groupable as (
    select call_id, customer_key, use_case, started_at, eligible
    from core.calls
    where source_case_id is null and customer_key is not null and use_case is not null
),
steps as (
    select distinct customer_key, use_case, started_at,
        min(started_at) over (
            partition by customer_key, use_case order by started_at
            range between interval 168 hours following and unbounded following
        ) as next_opened_at
    from groupable where eligible
),
openings as (
    select customer_key, use_case, min(started_at) as opened_at from steps group by all
    union all
    select steps.customer_key, steps.use_case, steps.next_opened_at
    from openings
    join steps on steps.customer_key = openings.customer_key and steps.use_case = openings.use_case
        and steps.started_at = openings.opened_at
    where steps.next_opened_at is not null
),
groups as (
    select openings.customer_key, openings.use_case, openings.opened_at, min(groupable.call_id) as case_id
    from openings
    join groupable on groupable.customer_key = openings.customer_key and groupable.use_case = openings.use_case
        and groupable.started_at = openings.opened_at and groupable.eligible
    group by all
),
grouped as (
    select groupable.call_id, groups.case_id
    from groupable
    asof join groups on groupable.customer_key = groups.customer_key and groupable.use_case = groups.use_case
        and groupable.started_at >= groups.opened_at
    where groupable.eligible or groupable.started_at < groups.opened_at + interval 168 hours
),
contacts as (
    select call_id,
        lag(dropped) over of_customer and $stitch_seconds > 0
        and epoch_us(started_at) - epoch_us(lag(ended_at) over of_customer) <= $stitch_seconds * 1000000::bigint as continues
    from core.calls
    where customer_key is not null and eligible
    window of_customer as (partition by customer_key order by started_at, call_id)
)
select
    calls.call_id,
    coalesce(calls.explicit_case_id, grouped.case_id, calls.call_id) as case_id,
    case when calls.explicit_case_id is not null then 'explicit' when grouped.case_id is not null then 'grouped'
        else 'single' end as case_key_source,
    coalesce(contacts.continues, false) as continues_dropped_call
from core.calls calls
left join grouped using (call_id)
left join contacts using (call_id)
order by case_id, call_id
