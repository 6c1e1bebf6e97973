-- question: What does a connected minute cost, component by component?
-- metric: cost_per_minute_usd
-- columns: iso_week, component, cost_usd, cost_per_minute_usd, priced_share, included_in_total
select strftime(week, '%G-W%V') as iso_week, component, cost_usd, cost_per_minute_usd, priced_share, included_in_total
from mart.cost_week
order by week, included_in_total desc, cost_usd desc nulls last
