-- question: On which calls did callers wait longest for an answer, and which part of the pipeline took the time?
-- metric: ttft_p95_ms
-- columns: call_id, seq, ttft_ms, endpointing_ms, stt_ms, llm_ttft_ms, tool_ms, tts_ttfb_ms, unattributed_ms
select call_id, seq, ttft_ms, endpointing_ms, stt_ms, llm_ttft_ms, tool_ms, tts_ttfb_ms, unattributed_ms
from core.turns
where ttft_valid
order by ttft_ms desc, call_id, seq
limit 20
