-- Conversations of a window, as a labeler reads them: one row per call with its turns and tool calls in order.
-- in: core.calls, redacted_turns, redacted_tool_calls, _shared_values (redacted values of use case, language and tool
-- names): nothing that a labeler reads is unredacted
with spoken as (
    select call_id, list({'seq': seq, 'speaker': speaker, 'text': text} order by seq) as spoken_turns
    from redacted_turns group by call_id
),
used as (
    select call_id,
        list({'turn_seq': turn_seq, 'name': coalesce(redacted, name), 'interface': interface, 'transport_ok': transport_ok,
            'business_ok': business_ok, 'error_type': error_type, 'result': result}
            order by start_ms nulls last, turn_seq nulls last, tool_call_id) as tools
    from redacted_tool_calls left join _shared_values on value = name group by call_id
)
select call_id, call_date, eligible, channel, coalesce(languages.redacted, language) as language,
    coalesce(use_cases.redacted, use_case) as use_case, end_reason, handover, dropped,
    coalesce(spoken_turns, []) as turns, coalesce(tools, []) as tools
from core.calls left join spoken using (call_id) left join used using (call_id)
left join _shared_values use_cases on use_cases.value = use_case
left join _shared_values languages on languages.value = language
order by call_date, call_id
