-- core.calls: one row per call.  in: _winners, raw.calls, core.turns, core.tool_calls, core.events, core.cost_items
-- params: $customer_key (secret of the keyed hash), $zone, $min_caller_words, $slo_ttft_ms,
--   $text_sources (sources that ever delivered the text of a turn)
-- units: *_s seconds, *_ms milliseconds, *_usd US dollars.  Definitions: docs/metrics.md
with received as (
    select _winners.call_id, _winners.call_date, calls.*
    from _winners join raw.calls on calls.file_seq = call_place.file_seq and calls.line = call_place.line
),
clocked as (
    select *,
        known_or_unknown(end_reason, end_reasons()) as known_end_reason,
        case when ended_at >= started_at then ended_at end as valid_ended_at,
        case when answered_at >= started_at
            and answered_at <= coalesce(case when ended_at >= started_at then ended_at end, answered_at)
            then answered_at end as valid_answered_at
    from received
),
connection as (
    select *,
        coalesce(connected, coalesce(known_end_reason not in (
            'no_answer', 'busy', 'rejected', 'failed_to_connect', 'abandoned_before_connect'), true)) as is_connected,
        epoch_us(valid_ended_at) - epoch_us(coalesce(valid_answered_at, started_at)) as duration_us
    from clocked
),
turn_facts as (
    select call_id,
        count(*) as turns,
        count(*) filter (speaker = 'caller') as caller_turns,
        count(*) filter (speaker = 'human_agent') as human_turns,
        coalesce(sum(case when speaker = 'caller' then words(text) end), 0)::bigint as caller_words,
        count(*) filter (speaker = 'agent' and interrupted) as interruptions,
        quantile_cont(ttft_ms, 0.5) filter (ttft_valid) as ttft_p50_ms,
        max(ttft_ms) filter (ttft_valid) as ttft_max_ms,
        count(*) filter (ttft_valid) as valid_turns,
        count(*) filter (ttft_valid and ttft_ms > $slo_ttft_ms) as slow_turns,
        flatten(list(quality_flags) filter (quality_flags <> [])) as turn_flags
    from core.turns group by call_id
),
event_facts as (
    select call_id,
        count(*) filter (type = 'reconnect') as reconnects,
        bool_or(type = 'handover_completed') as handover_completed,
        bool_or(type = 'handover_failed') as handover_failed,
        bool_or(type = 'handover_requested') as handover_requested,
        flatten(list(quality_flags) filter (quality_flags <> [])) as event_flags
    from core.events
    where quality_flags <> [] or type in ('reconnect', 'handover_completed', 'handover_failed', 'handover_requested')
    group by call_id
),
tool_facts as (
    select call_id, flatten(list(quality_flags) filter (quality_flags <> [])) as tool_flags from core.tool_calls group by call_id
),
cost_facts as (
    select call_id,
        sum(cost_usd) filter (included_in_total) as cost_usd,
        count(*) filter (included_in_total) as cost_items,
        count(cost_usd) filter (included_in_total) as priced_items,
        list_distinct(list(component) filter (included_in_total)) as components,
        flatten(list(quality_flags) filter (quality_flags <> [])) as cost_flags
    from core.cost_items group by call_id
),
joined as (
    select connection.*, turn_facts.* exclude (call_id, turns), event_facts.* exclude (call_id),
        cost_facts.* exclude (call_id), tool_facts.tool_flags,
        coalesce(turn_facts.turns, 0) as turn_count,
        case when is_connected and duration_us > 0 then (duration_us / 1000000.0)::decimal(18, 6) end as duration_s
    from connection
    left join turn_facts using (call_id)
    left join event_facts using (call_id)
    left join cost_facts using (call_id)
    left join tool_facts using (call_id)
),
judged as (
    select *,
        case
            when known_end_reason is null or known_end_reason = 'unknown' then null
            else is_connected and known_end_reason in
                ('network_drop', 'llm_error', 'stt_error', 'tts_error', 'platform_error')
        end as is_dropped,
        case
            when known_end_reason = 'transferred' or human_turns > 0 or whole_ms(human_agent_ms) > 0
                or handover_completed
                then 'completed'
            when known_end_reason = 'transfer_failed' or handover_failed then 'failed'
            when handover_requested then 'requested'
            else 'none'
        end as handover_state,
        case
            when not is_connected then 'not_connected'
            when coalesce(environment, 'production') <> 'production' then 'not_production'
            when known_end_reason in ('voicemail', 'wrong_number', 'ivr_reached', 'cancelled', 'blocked_by_limit')
                then known_end_reason
            when turn_count = 0 then 'no_content'
            when list_contains($text_sources::varchar[], source) then
                case when caller_words < $min_caller_words then 'too_few_words' end
            when caller_turns = 0 or duration_s < 10 then 'too_few_words'
        end as why_ineligible
    from joined
)
select
    call_id, source, id as source_call_id, source || ':' || case_id as explicit_case_id, case_id as source_case_id,
    left(sha256($customer_key || chr(31) || customer_id), 32) as customer_key,
    known_or_unknown(channel, channels()) as channel,
    known_or_unknown(direction, ['inbound', 'outbound', 'unknown']) as direction,
    language, use_case, agent.id as agent_id, agent.version as agent_version,
    coalesce(environment, 'production') as environment,
    started_at, valid_answered_at as answered_at, valid_ended_at as ended_at,
    call_date, week_in(started_at, $zone) as week, day_in(started_at, $zone) as day,
    duration_s,
    case when billed_s >= 0 then billed_s::decimal(38, 6) end as billed_s,
    known_end_reason as end_reason, ended_by,
    is_connected as connected, is_dropped as dropped, handover_state as handover,
    coalesce(reconnects, 0) as reconnects, coalesce(interruptions, 0) as interruptions, turn_count as turns,
    coalesce(caller_words, 0) as caller_words,
    why_ineligible is null as eligible, why_ineligible as ineligible_reason,
    ttft_p50_ms, ttft_max_ms, coalesce(valid_turns, 0) as valid_turns, coalesce(slow_turns, 0) as slow_turns,
    cost_usd,
    case when cost_items > 0 then priced_items / cost_items end as cost_coverage,
    coalesce(cost_items > 0 and priced_items = cost_items
        and list_has_all(components, $required_components::varchar[]), false) as cost_known,
    list_sort(list_distinct(list_concat(
        flags([
            case when ended_at < started_at then 'ended_before_started' end,
            case when is_connected and duration_us = 0 then 'zero_duration' end,
            case when answered_at is not null and valid_answered_at is null then 'answered_outside' end,
            case when billed_s < 0 then 'negative_billed' end,
            case when human_agent_ms < 0 then 'negative_human_agent' end,
            case when known_end_reason = 'unknown' and end_reason <> 'unknown' then 'unknown_end_reason' end,
            case when not list_contains(channels(), channel) then 'unknown_channel' end,
            case when direction not in ('inbound', 'outbound', 'unknown') then 'unknown_direction' end
        ]),
        coalesce(turn_flags, []), coalesce(tool_flags, []), coalesce(event_flags, []), coalesce(cost_flags, [])
    ))) as quality_flags,
    end_reason as received_end_reason, channel as received_channel, direction as received_direction,
    telephony_call_id, revision, attributes::varchar as attributes, received_at
from judged
order by call_date, call_id
