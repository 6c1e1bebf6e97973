-- core.turns: one row per turn of a call.  in: _winners, raw.calls, raw.turns
-- units: *_ms milliseconds from the start of the call or of the wait
with inline as not materialized (
    select _winners.call_id, _winners.call_date, _winners.channel, calls.revision, calls.file_seq, calls.line,
        generate_subscripts(calls.turns, 1) as place, unnest(calls.turns) as turn
    from _winners join raw.calls on calls.file_seq = turns_place.file_seq and calls.line = turns_place.line
),
separate as not materialized (
    select _winners.call_id, _winners.call_date, _winners.channel, turns.revision, turns.file_seq, turns.line, 0 as place,
        turns.* exclude (call_id, source, revision, file_seq, line, byte_offset, fingerprint, received_at, identity, day)
    from raw.turns join _winners on _winners.call_id = turns.source || ':' || turns.call_id
),
-- Calls whose turns come from more than one row, or with one seq twice: here the newest must be found, elsewhere not.
contested as (
    select call_id from separate
    union
    select call_id from inline group by call_id, turn.seq having count(*) > 1
),
chosen as (
    select * exclude (turn), turn.* from inline anti join contested using (call_id)
    union all by name
    select *
    from (select * exclude (turn), turn.* from inline union all by name select * from separate)
    semi join contested using (call_id)
    qualify row_number() over (
        partition by call_id, seq order by revision desc, file_seq desc, line desc, place desc
    ) = 1
),
measured as (
    select
        call_id, call_date, seq, speaker, text, text_intended, agent_name, confidence, attributes,
        channel in ('phone', 'web', 'sip') as voice,
        speaker = 'agent' as by_agent,
        whole_ms(start_ms) as start_ms,
        whole_ms(end_ms) as end_ms,
        coalesce(interrupted, false) as interrupted,
        coalesce(cancelled, false) as cancelled,
        whole_ms(latency.ttft_ms) as stated_ttft_ms,
        not_negative(whole_ms(latency.endpointing_ms)) as endpointing_ms,
        not_negative(whole_ms(latency.stt_ms)) as stt_ms,
        not_negative(whole_ms(latency.llm_ttft_ms)) as llm_ttft_ms,
        not_negative(whole_ms(latency.tool_ms)) as tool_ms,
        not_negative(whole_ms(latency.tts_ttfb_ms)) as tts_ttfb_ms,
        least(latency.ttft_ms, latency.endpointing_ms, latency.stt_ms, latency.llm_ttft_ms, latency.tool_ms,
            latency.tts_ttfb_ms) < 0 as negative_latency
    from chosen
),
-- What stands before each turn, looking at what caller and agent said only: an agent turn after a caller turn answers
-- it; the agent turn before that caller turn is the one that the caller may have cut short.
dialogue as (
    select *,
        lag(speaker) over in_order = 'caller' and by_agent as answers,
        lag(start_ms) over in_order as caller_start_ms,
        lag(end_ms) over in_order as caller_end_ms,
        last_value(case when by_agent then {'end_ms': end_ms} end ignore nulls) over before as agent_before
    from measured
    where speaker in ('caller', 'agent')
    window in_order as (partition by call_id order by seq),
        before as (partition by call_id order by seq rows between unbounded preceding and 1 preceding)
),
timed as (
    select *,
        case
            when not by_agent then null
            when stated_ttft_ms is not null then case when stated_ttft_ms between 1 and 60000 then stated_ttft_ms end
            when voice and answers and caller_end_ms > caller_start_ms
                and start_ms - caller_end_ms between 1 and 60000 then start_ms - caller_end_ms
        end as ttft_ms
    from (select * from dialogue union all by name select * from measured where speaker not in ('caller', 'agent'))
)
select
    call_id, seq, speaker, start_ms, end_ms, text, text_intended, interrupted, cancelled, ttft_ms,
    case when ttft_ms is null then null when stated_ttft_ms is not null then 'measured' else 'derived' end as ttft_source,
    case when by_agent then endpointing_ms end as endpointing_ms,
    case when by_agent then stt_ms end as stt_ms,
    case when by_agent then llm_ttft_ms end as llm_ttft_ms,
    case when by_agent then tool_ms end as tool_ms,
    case when by_agent then tts_ttfb_ms end as tts_ttfb_ms,
    ttft_ms - coalesce(endpointing_ms, 0) - coalesce(stt_ms, 0) - coalesce(llm_ttft_ms, 0) - coalesce(tool_ms, 0)
        - coalesce(tts_ttfb_ms, 0) as unattributed_ms,
    coalesce(answers, false) as answers,
    coalesce(ttft_ms is not null and answers and not cancelled, false)
        and not coalesce(caller_start_ms < agent_before.end_ms, false) as ttft_valid,
    agent_name, confidence,
    flags([
        case when negative_latency then 'negative_latency' end,
        case when end_ms < start_ms then 'ends_before_start' end,
        case when start_ms < 0 then 'negative_start' end,
        case when stated_ttft_ms not between 1 and 60000 then 'invalid_ttft' end
    ]) as quality_flags,
    attributes, call_date
from timed
