-- question: How long did callers wait for an answer, and how many answers came in time?
-- metric: ttft_p50_ms, ttft_p95_ms, ttft_slo_share
-- columns: iso_week, ttft_p50_ms, ttft_p95_ms, ttft_slo_share, slow_turns, turns, coverage
select iso_week,
    any_value(value) filter (metric = 'ttft_p50_ms') as ttft_p50_ms,
    any_value(value) filter (metric = 'ttft_p95_ms') as ttft_p95_ms,
    any_value(value) filter (metric = 'ttft_slo_share') as ttft_slo_share,
    any_value(denominator - numerator) filter (metric = 'ttft_slo_share') as slow_turns,
    any_value(denominator) filter (metric = 'ttft_slo_share') as turns,
    any_value(coverage) filter (metric = 'ttft_slo_share') as coverage
from mart.kpi_week
where dimension = 'all'
group by week, iso_week
order by week
