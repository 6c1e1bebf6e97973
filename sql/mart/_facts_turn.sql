-- _facts_turn: agent turns of eligible calls started before the clock.  in: core.turns, core.calls, core.tool_calls
-- params: $as_of
-- headline: the turn's time to first token counts in its week: measured values where the week has any, else derived.
-- tool_turn: a tool was called in the turn.
with measuring_weeks as (
    select distinct week
    from core.calls
    where eligible and started_at < $as_of
        and call_id in (select call_id from core.turns where ttft_valid and ttft_source = 'measured')
),
tool_turns as (
    select distinct call_id, turn_seq from core.tool_calls where turn_seq is not null
)
select
    turns.call_id, turns.seq, turns.answers, turns.interrupted, turns.ttft_ms, turns.ttft_valid, turns.ttft_source,
    turns.endpointing_ms, turns.stt_ms, turns.llm_ttft_ms, turns.tool_ms, turns.tts_ttfb_ms, turns.unattributed_ms,
    turns.ttft_valid
        and turns.ttft_source = case when measuring_weeks.week is null then 'derived' else 'measured' end as headline,
    tool_turns.call_id is not null or coalesce(turns.tool_ms > 0, false) as tool_turn,
    calls.week, calls.day, calls.use_case, calls.agent_version, calls.language, calls.channel, calls.source,
    case_calls.case_id
from core.turns turns
join core.calls calls using (call_id)
join core.case_calls using (call_id)
left join measuring_weeks on measuring_weeks.week = calls.week
left join tool_turns on tool_turns.call_id = turns.call_id and tool_turns.turn_seq = turns.seq
where turns.speaker = 'agent' and calls.eligible and calls.started_at < $as_of
