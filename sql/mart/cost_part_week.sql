-- mart.cost_part_week: one row per week, component and unit: what was bought, with the LLM's fresh, cached, cache-write
-- and output tokens apart.  in: _facts_call, core.cost_items, core.labels   units: quantity in `unit`, cost_usd US dollars
-- cost_usd is that of the connected production calls whose cost is fully known: the units of a component add up to its
-- row in mart.cost_week.  lines and unpriced_lines are those of all connected production calls.
select
    week, component, unit, included_in_total,
    sum(items.cost_usd) filter (calls.cost_known) as cost_usd,
    sum(quantity) filter (calls.cost_known) as quantity,
    sum(items.cost_usd) filter (calls.cost_known)
        / nullif(any_value(minutes), 0) as cost_per_minute_usd,
    count(*) as lines,
    count(*) filter (basis = 'unpriced') as unpriced_lines
from (
    select call_id, component, unit, included_in_total, cost_usd, quantity, basis from core.cost_items
    union all
    select call_id, 'analysis', 'label', false, cost_usd, 1, 'priced' from core.labels where cost_usd > 0
) items
join _facts_call calls using (call_id)
left join (
    select week, sum(connected_minutes) as minutes from _facts_call where connected_production and cost_known group by week
) using (week)
where calls.connected_production and (included_in_total or component in ('analysis', 'human'))
group by week, component, unit, included_in_total
