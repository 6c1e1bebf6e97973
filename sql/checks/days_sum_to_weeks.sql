-- days_sum_to_weeks | table: mart/kpi_day | when: built | severity: error | why: calls of the days that are not those of their week were cut by two clocks
select week, kpi_week.numerator as week_calls, sum(kpi_day.numerator) as days_calls
from mart.kpi_week join mart.kpi_day using (week, metric, dimension, segment)
where metric = 'calls' and dimension = 'all'
group by all
having kpi_week.numerator <> sum(kpi_day.numerator)
