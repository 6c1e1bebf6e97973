-- mart.cost_week: one row per week and component; `all` is the blended total that is published.
-- in: _facts_call, core.cost_items   units: cost_usd US dollars, minutes connected minutes
-- Components are of the calls whose cost is fully known, so they add up to the total; analysis and human stand beside
-- it (included_in_total false).  priced_share: connected minutes of these calls / of all connected production calls.
with priced_calls as (
    select week, call_id, connected_minutes from _facts_call where connected_production and cost_known
),
minutes as (
    select week,
        sum(connected_minutes) filter (connected_production and cost_known) as minutes,
        sum(connected_minutes) filter (connected_production) as connected_minutes
    from _facts_call group by week
),
spent as (
    select week, component, included_in_total, sum(cost_usd) as cost_usd
    from core.cost_items join priced_calls using (call_id)
    group by all
    union all
    select week, 'all', true, sum(cost_usd) filter (included_in_total)
    from core.cost_items join priced_calls using (call_id)
    group by week
)
select week, component, cost_usd, minutes, cost_usd / nullif(minutes, 0) as cost_per_minute_usd,
    minutes / nullif(connected_minutes, 0) as priced_share, included_in_total
from spent join minutes using (week)
order by all
