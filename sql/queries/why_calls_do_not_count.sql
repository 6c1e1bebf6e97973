-- question: Which calls are left out of the metrics, and why?
-- metric: calls
-- columns: iso_week, ineligible_reason, calls, share
select
    strftime(week, '%G-W%V') as iso_week, ineligible_reason, count(*) as calls,
    count(*) / sum(count(*)) over (partition by week) as share
from core.calls
group by week, ineligible_reason
order by week, calls desc, ineligible_reason
