-- _facts_turn: agent turns of eligible calls started before the clock.  in: core.turns, core.calls   params: $as_of
-- headline: the turn's time to first token counts in its week: measured values where the week has any, else derived.
select
    turns.call_id, turns.seq, turns.answers, turns.interrupted, turns.ttft_ms, turns.ttft_valid, turns.ttft_source,
    turns.endpointing_ms, turns.stt_ms, turns.llm_ttft_ms, turns.tool_ms, turns.tts_ttfb_ms, turns.unattributed_ms,
    turns.ttft_valid and turns.ttft_source = coalesce(
        max(turns.ttft_source) filter (turns.ttft_valid and turns.ttft_source = 'measured') over (partition by calls.week),
        'derived'
    ) as headline,
    calls.week, calls.day, calls.use_case, calls.agent_version, calls.language, calls.channel, calls.source,
    case_calls.case_id
from core.turns turns
join core.calls calls using (call_id)
join core.case_calls using (call_id)
where turns.speaker = 'agent' and calls.eligible and calls.started_at < $as_of
