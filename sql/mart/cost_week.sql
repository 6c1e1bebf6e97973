-- mart.cost_week: one row per week and component; `all` is the blended total that is published.
-- in: _facts_call, _facts_case, core.cost_items, core.labels   params: $high_call_usd
-- units: cost_usd US dollars, minutes connected minutes, billed_minutes minutes that the carrier billed
-- All rows stand on the same calls, the connected production calls whose cost is fully known, so the components add up
-- to the total; analysis and human stand beside it (included_in_total false); analysis also holds what labeling these
-- calls cost, by all versions and attempts, in the week of the call; `fixed` are the monthly items of the price book,
-- spread over the minutes of each day.  priced_share: connected minutes of these calls / of all connected production
-- calls.  A ratio has its own denominator: cost per billed minute stands on the calls with billed_minutes,
-- cost per handled-positive case, while the week is provisional, on the calls and cases of settled days; where a budget
-- sampled the calls to label, its cases weigh 1 / selection_probability.
with priced_calls as (
    select * from _facts_call where connected_production and cost_known
),
items as (
    select call_id, component, included_in_total, sum(cost_usd) as cost_usd
    from core.cost_items semi join priced_calls using (call_id)
    where included_in_total or component in ('analysis', 'human')
    group by all
    union all
    select call_id, 'analysis', false, sum(cost_usd) from core.labels semi join priced_calls using (call_id)
    where cost_usd > 0 group by call_id
    union all
    select call_id, 'fixed', true, fixed_usd from priced_calls where fixed_usd is not null
    union all
    select call_id, 'all', true, cost_usd from priced_calls
),
spent as (
    select week, component, included_in_total,
        sum(items.cost_usd) as cost_usd,
        sum(items.cost_usd) filter (billed_s is not null) as billed_usd,
        sum(items.cost_usd) filter (settled_day) as settled_usd,
        count(*) filter (component = 'all' and items.cost_usd > $high_call_usd::decimal(38, 12)) as high_cost_calls
    from items join priced_calls using (call_id)
    group by all
),
amounts as (
    select week,
        count(*) filter (connected_production and cost_known) as calls,
        sum(connected_minutes) filter (connected_production and cost_known) as minutes,
        sum(connected_minutes) filter (connected_production) as connected_minutes,
        sum(billed_s) filter (connected_production and cost_known) / 60 as billed_minutes
    from _facts_call group by week
),
reached as (
    select week, count(*) filter (counted and handled_positive) as handled_positive_cases,
        sum(weight) filter (counted and handled_positive) as handled_positive_weight
    from _facts_case group by week
)
select week, component, cost_usd, minutes, cost_usd / nullif(minutes, 0) as cost_per_minute_usd,
    minutes / nullif(connected_minutes, 0) as priced_share, included_in_total,
    billed_minutes, billed_usd / nullif(billed_minutes, 0) as cost_per_billed_minute_usd,
    calls, cost_usd / nullif(calls, 0) as cost_per_call_usd,
    handled_positive_cases, settled_usd / nullif(handled_positive_weight, 0) as cost_per_handled_positive_case_usd,
    case when component = 'all' then high_cost_calls end as high_cost_calls
from spent join amounts using (week) left join reached using (week)
