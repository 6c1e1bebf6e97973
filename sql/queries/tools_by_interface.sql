-- question: How reliable is each tool, by the interface that it is called over?
-- metric: tool_success_rate, browser_share
-- columns: interface, name, calls, success_share, p50_ms, p95_ms
select
    interface, name, count(*) as calls,
    count(*) filter (transport_ok and business_ok is distinct from false)
        / nullif(count(*) filter (transport_ok is not null), 0) as success_share,
    quantile_cont(duration_ms, 0.5) as p50_ms,
    quantile_cont(duration_ms, 0.95) as p95_ms
from core.tool_calls
group by interface, name
order by interface, calls desc, name
