-- question: Which cases count as handled although the customer called again?
-- metric: recontact_rate, handled_rate
-- columns: iso_week, use_case, handled, came_back, share
select iso_week(week) as iso_week, use_case, count(*) as handled, count(*) filter (recontacted) as came_back,
    count(*) filter (recontacted) / count(*) as share
from core.cases
where eligible and settled and handled
group by week, use_case
order by week, came_back desc, use_case
