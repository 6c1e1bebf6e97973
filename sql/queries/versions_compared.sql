-- question: Is a newer version better, slower or dearer?
-- metric: north_star, ttft_p95_ms, cost_per_minute_usd
-- columns: iso_week, agent_version, cases, north_star, ci_low, ci_high, ttft_p95_ms, cost_per_minute_usd
select iso_week, segment as agent_version,
    any_value(n) filter (metric = 'north_star') as cases,
    any_value(value) filter (metric = 'north_star') as north_star,
    any_value(ci_low) filter (metric = 'north_star') as ci_low,
    any_value(ci_high) filter (metric = 'north_star') as ci_high,
    any_value(value) filter (metric = 'ttft_p95_ms') as ttft_p95_ms,
    any_value(value) filter (metric = 'cost_per_minute_usd') as cost_per_minute_usd
from mart.kpi_week
where dimension = 'agent_version'
group by week, iso_week, segment
order by week, cases desc, agent_version
