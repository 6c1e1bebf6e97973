-- mart.targets_week: one row per week and metric with a target: met, missed, or cannot tell.
-- in: _targets_week (analytics/metrics/judgement.py)
select * from _targets_week order by week, metric
