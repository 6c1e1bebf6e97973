-- _facts_disconnect: disconnects in eligible calls started before the clock.  in: core.events, core.calls
select events.call_id, events.seq,
    exists (
        select 1 from core.events later
        where later.call_id = events.call_id and later.type = 'reconnect' and later.offset_ms > events.offset_ms
    ) as reconnected,
    calls.week, calls.day, calls.use_case, calls.agent_version, calls.language, calls.channel, calls.source,
    case_calls.case_id
from core.events events
join core.calls calls using (call_id)
join core.case_calls using (call_id)
where events.type = 'disconnect' and calls.eligible and calls.started_at < $as_of
