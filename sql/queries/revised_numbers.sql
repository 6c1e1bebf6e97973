-- question: Which published totals changed afterwards, and why?
-- metric: all
-- columns: iso_week, metric, old_value, new_value, reason, new_as_of
select strftime(week, '%G-W%V') as iso_week, metric, old_value, new_value, reason, new_as_of
from mart.kpi_revisions
where dimension = 'all'
order by new_as_of desc, week, metric
