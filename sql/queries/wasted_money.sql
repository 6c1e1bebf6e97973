-- question: How much is spent on calls that could not help anybody?
-- metric: cost_per_handled_positive_case_usd
-- columns: iso_week, reason, calls, cost_usd, cost_share
select strftime(week, '%G-W%V') as iso_week, reason, calls, cost_usd, cost_share
from mart.waste_week
order by week, cost_usd desc, reason
