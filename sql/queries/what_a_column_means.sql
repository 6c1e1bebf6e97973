-- question: What does each column of the weekly KPI table mean?
-- metric: all
-- columns: table_name, column_name, type, meaning
select table_name, column_name, type, meaning
from meta.dictionary
where table_name = 'mart.kpi_week'
order by column_name nulls first
