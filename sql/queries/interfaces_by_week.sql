-- question: How far are we from no browser automation at all?
-- metric: browser_share, tool_success_rate
-- columns: iso_week, interface, tool_calls, share, success_share
select iso_week(calls.week) as iso_week, tools.interface, count(*) as tool_calls,
    count(*) / sum(count(*)) over (partition by calls.week) as share,
    count(*) filter (transport_ok and business_ok is distinct from false)
        / nullif(count(*) filter (transport_ok is not null), 0) as success_share
from core.tool_calls tools join core.calls calls using (call_id)
where calls.eligible
group by calls.week, tools.interface
order by calls.week, tool_calls desc, interface
