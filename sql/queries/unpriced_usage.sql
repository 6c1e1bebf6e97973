-- question: Which usage has no price, so that its calls are missing in the cost per minute?
-- metric: cost_per_minute_usd
-- columns: component, provider, model, unit, currency, lines, calls
select component, provider, model, unit, received_currency as currency, count(*) as lines, count(distinct call_id) as calls
from core.cost_items
where basis = 'unpriced'
group by all
order by calls desc, lines desc, component, provider, model, unit
