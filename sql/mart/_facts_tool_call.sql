-- _facts_tool_call: tool calls of eligible calls started before the clock.  in: core.tool_calls, core.calls
select tools.*, calls.week, calls.day, calls.use_case, calls.agent_version, calls.language, calls.channel, calls.source,
    case_calls.case_id
from core.tool_calls tools
join core.calls calls using (call_id)
join core.case_calls using (call_id)
where calls.eligible and calls.started_at < $as_of
