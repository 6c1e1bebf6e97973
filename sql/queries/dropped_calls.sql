-- question: How many calls are cut, and by what?
-- metric: drop_rate, reconnect_success_rate
-- columns: iso_week, end_reason, calls, share
select iso_week(week) as iso_week, end_reason, count(*) as calls,
    count(*) / nullif(sum(count(*)) over (partition by week), 0) as share
from core.calls
where connected and environment = 'production' and dropped is not null
group by week, end_reason, dropped
having dropped
order by week, calls desc, end_reason
