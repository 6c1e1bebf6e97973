-- costs_are_not_negative | table: core/cost_items | when: built | severity: error | why: a negative price makes a week cheaper than it was
select call_id, component, cost_usd
from core.cost_items
where cost_usd < 0 or (basis = 'unpriced') <> (cost_usd is null)
