-- _facts_tool_call: tool calls of eligible calls started before the clock.
-- in: core.tool_calls, core.calls, core.case_calls, core.turns   params: $as_of
-- error: the tool failed, or worked and did not do what was asked.
-- retry: the same tool, in the same call, directly after a failure of it.
-- on_critical_path: the caller waited for the tool: it belongs to a turn that answers, and either the turn measured
-- time for tools or the tool ended before the turn began to sound; NULL where neither is known.
select tools.*,
    not tools.transport_ok or not coalesce(tools.business_ok, true) as error,
    regexp_matches(lower(tools.error_type), 'time.?out|timed.?out|deadline') as timeout,
    lag(tools.status) over attempts = 'failed' as retry,
    case
        when not turns.answers then false
        when turns.tool_ms is not null then turns.tool_ms > 0
        else tools.start_ms + tools.duration_ms <= turns.start_ms
    end as on_critical_path,
    calls.started_at, calls.week, calls.day, calls.use_case, calls.agent_version, calls.language, calls.channel,
    calls.source, case_calls.case_id
from core.tool_calls tools
join core.calls calls using (call_id)
join core.case_calls using (call_id)
left join core.turns turns on turns.call_id = tools.call_id and turns.seq = tools.turn_seq and turns.speaker = 'agent'
where calls.eligible and calls.started_at < $as_of
window attempts as (
    partition by tools.call_id, tools.name order by tools.start_ms nulls last, tools.turn_seq nulls last, tools.tool_call_id
)
