-- question: Where is the north star high or low in the last final week?
-- metric: north_star
-- columns: dimension, segment, n, value, ci_low, ci_high, status
select dimension, segment, n, value, ci_low, ci_high, status
from mart.kpi_week
where metric = 'north_star' and dimension <> 'all'
    and week = (select max(week) from mart.kpi_week where metric = 'calls' and dimension = 'all' and status = 'final')
order by dimension, n desc, segment
