-- answers_take_their_time | table: core/turns | when: built | severity: error | why: a valid time to first token outside 1 to 60 000 ms is a clock that ran backwards or stood still
select call_id, seq, ttft_ms
from core.turns
where ttft_valid and (ttft_ms is null or ttft_ms not between 1 and 60000)
