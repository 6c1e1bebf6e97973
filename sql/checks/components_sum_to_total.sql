-- components_sum_to_total | table: mart/cost_week | when: built | severity: error | why: a total that is not the sum of its parts was added up twice or not at all
select week, total.cost_usd as total_usd, parts.cost_usd as parts_usd
from (select week, cost_usd from mart.cost_week where component = 'all') total
join (
    select week, sum(cost_usd) as cost_usd from mart.cost_week
    where component <> 'all' and included_in_total group by week
) parts using (week)
where total.cost_usd <> parts.cost_usd
