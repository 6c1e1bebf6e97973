-- mart.tool_week: one row per week, interface and tool; tool `all` is the interface, interface `all` everything.
-- in: _tool_counts, _tool_errors, _unhandled   units: *_ms milliseconds
-- A share stands on the calls for which it is known: success on calls with known transport_ok, as the metric
-- tool_success_rate; business on calls whose business_ok is known; timeouts on calls with known transport_ok or a kind
-- of error; percentiles on calls with a duration; the critical path on calls whose turn is known.
-- blame_share: of the week's settled cases that were not handled, those in which the tool had an error in an eligible
-- call within 168 h of the first one (a case can blame several tools, so the shares do not add up).
with blamed as (
    select week,
        case when grouping(interface) = 0 then interface else 'all' end as interface,
        case when grouping(tool) = 0 then tool else 'all' end as tool,
        count(distinct case_id) as blamed_cases
    from _unhandled
    join _tool_errors using (case_id)
    where first_error_at < opened_at + interval 168 hours
    group by grouping sets ((week, interface, tool), (week, interface), (week))
),
unhandled as (
    select week, count(*) as unhandled_cases from _unhandled group by week
)
select
    week, interface, tool, calls,
    succeeded_calls, known_calls, succeeded_calls / nullif(known_calls, 0) as success_share,
    wilson_low(succeeded_calls, known_calls) as success_ci_low, wilson_high(succeeded_calls, known_calls) as success_ci_high,
    known_calls / calls as known_share,
    transport_ok_calls, transport_ok_calls / nullif(known_calls, 0) as transport_success_share,
    business_ok_calls, business_known_calls, business_ok_calls / nullif(business_known_calls, 0) as business_success_share,
    timeouts, timeout_known_calls, timeouts / nullif(timeout_known_calls, 0) as timeout_share,
    retries, retries / calls as retry_share,
    timed_calls, p50_ms, p95_ms,
    critical_calls, critical_known_calls, critical_calls / nullif(critical_known_calls, 0) as critical_path_share,
    coalesce(blamed_cases, 0) as blamed_cases, unhandled_cases,
    coalesce(blamed_cases, 0) / nullif(unhandled_cases, 0) as blame_share
from _tool_counts
left join blamed using (week, interface, tool)
left join unhandled using (week)
order by week, interface, tool
