-- core.tool_calls: one row per tool call of a call.  in: _winners, raw.calls, raw.tool_calls
-- units: *_ms milliseconds   interface: the abstraction layer of the tool, `unknown` where the producer does not say
with inline as not materialized (
    select _winners.call_id, _winners.call_date, calls.revision, calls.file_seq, calls.line,
        generate_subscripts(calls.tool_calls, 1) as place, unnest(calls.tool_calls) as tool
    from _winners join raw.calls on calls.file_seq = tool_calls_place.file_seq and calls.line = tool_calls_place.line
),
received as (
    select * exclude (tool), tool.* from inline
    union all by name
    select _winners.call_id, _winners.call_date, tools.revision, tools.file_seq, tools.line, 0 as place,
        tools.* exclude (call_id, source, revision, file_seq, line, byte_offset, fingerprint, received_at, identity, day)
    from raw.tool_calls tools join _winners on _winners.call_id = tools.source || ':' || tools.call_id
)
select
    call_id, id as tool_call_id, turn_seq, name,
    coalesce(known_or_unknown(interface, interfaces()), 'unknown') as interface,
    case when interface is null then 'unknown' else 'stated' end as interface_source,
    server,
    whole_ms(start_ms) as start_ms,
    not_negative(whole_ms(duration_ms)) as duration_ms,
    transport_ok, business_ok,
    case
        when transport_ok is null then 'unknown'
        when not transport_ok then 'failed'
        when not business_ok then 'refused'
        else 'ok'
    end as status,
    error_type, arguments::varchar as arguments, result::varchar as result, attributes::varchar as attributes,
    flags([
        case when duration_ms < 0 then 'negative_latency' end,
        case when start_ms < 0 then 'negative_start' end,
        case when not list_contains(interfaces(), interface) then 'unknown_interface' end
    ]) as quality_flags,
    interface as received_interface,
    call_date
from received
qualify row_number() over (
    partition by call_id, id order by revision desc, file_seq desc, line desc, place desc
) = 1
order by call_date, call_id, start_ms, tool_call_id
