-- _tool_counts: one row per week, interface and tool (both also `all`): tool calls by what is known of them.
-- in: _facts_tool_call   units: *_ms milliseconds
with counts as (
    select week, duration_ms,
        case when grouping(interface) = 0 then interface else 'all' end as interface,
        case when grouping(name) = 0 then name else 'all' end as tool,
        count(*) as calls,
        count(transport_ok) as known_calls,
        count(*) filter (transport_ok and business_ok is distinct from false) as succeeded_calls,
        count(*) filter (transport_ok) as transport_ok_calls,
        count(business_ok) as business_known_calls,
        count(*) filter (business_ok) as business_ok_calls,
        count(*) filter (transport_ok is not null or error_type is not null) as timeout_known_calls,
        count(*) filter (timeout) as timeouts,
        count(*) filter (retry) as retries,
        count(on_critical_path) as critical_known_calls,
        count(*) filter (on_critical_path) as critical_calls
    from _facts_tool_call
    group by grouping sets ((week, duration_ms, interface, name), (week, duration_ms, interface), (week, duration_ms))
),
ordered as (
    select *,
        sum(calls) over (partition by week, interface, tool order by duration_ms) as running,
        sum(calls) filter (duration_ms is not null) over (partition by week, interface, tool)::bigint as total
    from counts
)
select week, interface, tool,
    sum(columns(* exclude (week, interface, tool, duration_ms, running, total)))::bigint,
    coalesce(any_value(total), 0) as timed_calls,
    counted_quantile(duration_ms, running, total, 0.50) as p50_ms,
    counted_quantile(duration_ms, running, total, 0.95) as p95_ms
from ordered
group by week, interface, tool
