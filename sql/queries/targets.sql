-- question: Which targets were met, week by week?
-- metric: all
-- columns: iso_week, metric, value, ci_low, ci_high, target, judgement, status
select iso_week, metric, value, ci_low, ci_high, target, judgement, status
from mart.targets_week
order by week, metric
