-- question: Which part of the pipeline takes the time of an answer?
-- metric: ttft_p50_ms, ttft_p95_ms
-- columns: iso_week, component, n, p50_ms, p95_ms, coverage
-- Percentiles of the parts do not add up to those of the whole; mart.latency_budget holds means that do.
select iso_week(week) as iso_week, component, n, p50_ms, p95_ms, coverage
from mart.latency_week
where dimension = 'all'
    and week = (select max(week) from mart.kpi_week where metric = 'calls' and dimension = 'all' and status = 'final')
order by component = 'ttft' desc, p50_ms desc nulls last, component
