-- core.latencies: one row per measured latency that fits no turn.  in: _winners
-- The native format ties every latency to a turn, so it delivers none; producers whose samples fit no turn do.
select
    call_id, null::bigint as turn_seq, null::varchar as component, null::varchar as kind, null::bigint as generation,
    null::bigint as value_ms, null::boolean as cancelled, null::boolean as valid, call_date
from _winners
where false
