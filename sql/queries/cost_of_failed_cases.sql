-- question: What did we spend on cases that brought nothing?
-- metric: cost_per_handled_positive_case_usd
-- columns: iso_week, cases, cost_usd, usd_on_failed_cases, failed_share
select iso_week(week) as iso_week, count(*) as cases, sum(cost_usd) as cost_usd,
    sum(cost_usd) filter (not handled_positive) as usd_on_failed_cases,
    sum(cost_usd) filter (not handled_positive) / nullif(sum(cost_usd), 0) as failed_share
from core.cases
where eligible and settled and decided
group by week
order by week
