-- question: Where does the time of a typical and of a slow answer go?
-- metric: ttft_p50_ms, ttft_p95_ms
-- columns: iso_week, band, component, mean_ms, share, ttft_ms, coverage, n
select strftime(week, '%G-W%V') as iso_week, band, component, mean_ms, share, ttft_ms, coverage, n
from mart.latency_budget
order by week, band, mean_ms desc, component
