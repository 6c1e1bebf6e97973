-- costs_sum_to_calls | table: core/calls | when: built | severity: error | why: a call that costs other than its usage lines was priced twice or not at all
select call_id, calls.cost_usd as call_usd, items.cost_usd as items_usd
from core.calls
join (
    select call_id, sum(cost_usd) as cost_usd from core.cost_items where included_in_total group by call_id
) items using (call_id)
where calls.cost_usd <> items.cost_usd
