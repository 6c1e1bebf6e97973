-- core.turns: one row per turn of a call.  in: _winners, raw.calls, raw.turns
-- units: *_ms milliseconds from the start of the call or of the wait
with arrays as not materialized (
    select _winners.call_id, _winners.call_date, _winners.channel, calls.revision, calls.file_seq, calls.line, calls.turns
    from _winners join raw.calls on calls.file_seq = turns_place.file_seq and calls.line = turns_place.line
),
separate as not materialized (
    select _winners.call_id, _winners.call_date, _winners.channel, turns.revision, turns.file_seq, turns.line, 0 as place,
        turns.* exclude (call_id, source, revision, file_seq, line, byte_offset, fingerprint, received_at, identity, day)
    from raw.turns join _winners on _winners.call_id = turns.source || ':' || turns.call_id
),
-- Calls whose turns come from more than one row. They are put in order by windows, at ten times the cost; elsewhere one
-- array has all: it is read once and put in order by list functions.
scattered as not materialized (
    select distinct call_id from separate
),
-- Of the turns of one array that have the same seq, the last counts. What caller and agent said comes first, each in the
-- order of seq: nearly always an array is so as it is.
once_each as (
    select call_id, call_date, channel, case when by_seq is null then turns else list_select(turns, list_transform(
        list_sort(list_transform(
            list_filter(by_seq, lambda this, i: this.seq is distinct from by_seq[i + 1].seq),
            lambda this: {'aside': this.aside, 'seq': this.seq, 'place': this.place}
        )),
        lambda this: this.place
    )) end as turns
    from (
        select *, case
            when len(list_filter(seqs, lambda seq, place: seq < seqs[place + 1])) < len(seqs) - 1
                or list_contains(speakers, 'human_agent') or list_contains(speakers, 'system')
                then list_sort(list_transform(seqs, lambda seq, place: {
                    'seq': seq, 'place': place, 'aside': speakers[place] not in ('caller', 'agent')
                }))
        end as by_seq
        from (
            select *,
                list_transform(turns, lambda turn: turn.seq) as seqs,
                list_transform(turns, lambda turn: turn.speaker) as speakers
            from arrays anti join scattered using (call_id)
        )
    )
),
-- An agent turn answers a caller turn that stands directly before it; the agent turn before that caller turn is the one
-- that the caller may have cut short.
in_order as (
    select call_id, call_date, channel, speakers, starts, ends, generate_subscripts(turns, 1) as place, unnest(turns) as turn
    from (
        select *,
            list_transform(turns, lambda turn: turn.speaker) as speakers,
            list_transform(turns, lambda turn: turn.start_ms) as starts,
            list_transform(turns, lambda turn: turn.end_ms) as ends
        from once_each
    )
),
gathered as (
    select * exclude (turn), turn.*
    from (
        select * exclude (turns), generate_subscripts(turns, 1) as place, unnest(turns) as turn from arrays
        semi join scattered using (call_id)
    )
    union all by name
    select * from separate
),
newest as (
    select * from gathered
    qualify row_number() over (
        partition by call_id, seq order by revision desc, file_seq desc, line desc, place desc
    ) = 1
),
spoken as (
    select call_id, call_date, channel, turn.*, answers,
        case when answers then starts[place - 1] end as start_ms_before,
        case when answers then ends[place - 1] end as end_ms_before,
        case when answers then ends[last_before(place - 1, speakers, 'agent')] end as agent_end_ms_before
    from (select *, turn.speaker = 'agent' and speakers[place - 1] = 'caller' as answers from in_order)
    union all by name
    select * exclude (revision, file_seq, line, place, agent_before), agent_before.end_ms as agent_end_ms_before
    from (
        select *,
            speaker = 'agent' and lag(speaker) over in_order = 'caller' as answers,
            lag(start_ms) over in_order as start_ms_before,
            lag(end_ms) over in_order as end_ms_before,
            last_value(case when speaker = 'agent' then {'end_ms': end_ms} end ignore nulls) over before as agent_before
        from newest
        where speaker in ('caller', 'agent')
        window in_order as (partition by call_id order by seq),
            before as (partition by call_id order by seq rows between unbounded preceding and 1 preceding)
    )
    union all by name
    select * exclude (revision, file_seq, line, place) from newest where speaker not in ('caller', 'agent')
),
measured as (
    select
        call_id, call_date, seq, speaker, text, text_intended, agent_name, confidence, attributes, answers,
        channel in ('phone', 'web', 'sip') as voice,
        speaker = 'agent' as by_agent,
        whole_ms(start_ms) as start_ms,
        whole_ms(end_ms) as end_ms,
        whole_ms(start_ms_before) as caller_start_ms,
        whole_ms(end_ms_before) as caller_end_ms,
        whole_ms(agent_end_ms_before) as agent_end_ms,
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
    from spoken
),
timed as (
    select *,
        case
            when not by_agent then null
            when stated_ttft_ms is not null then case when stated_ttft_ms between 1 and 60000 then stated_ttft_ms end
            when voice and answers and caller_end_ms > caller_start_ms
                and start_ms - caller_end_ms between 1 and 60000 then start_ms - caller_end_ms
        end as ttft_ms
    from measured
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
        and not coalesce(caller_start_ms < agent_end_ms, false) as ttft_valid,
    agent_name, confidence,
    case when negative_latency or end_ms < start_ms or start_ms < 0 or stated_ttft_ms not between 1 and 60000 then flags([
        case when negative_latency then 'negative_latency' end,
        case when end_ms < start_ms then 'ends_before_start' end,
        case when start_ms < 0 then 'negative_start' end,
        case when stated_ttft_ms not between 1 and 60000 then 'invalid_ttft' end
    ]) else [] end as quality_flags,
    attributes, call_date
from timed
