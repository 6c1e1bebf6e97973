-- One row per reviewed call: facts of the call, when each turn began, and its events in order of time.
-- in: _reviewed (case_id, call_id), core.calls, core.turns, core.events, core.cases   units: *_ms milliseconds
with spoken as (
    select call_id, list({'seq': seq, 'at_ms': start_ms} order by seq) as spoken_at from core.turns group by call_id
),
happened as (
    select call_id, list({'at_ms': offset_ms, 'type': type, 'by': "by"} order by seq) as happened
    from core.events group by call_id
)
select _reviewed.case_id, call_id, calls.started_at, calls.duration_s,
    calls.started_at >= cases.opened_at + interval 168 hours as later,
    coalesce(spoken_at, []) as spoken_at, coalesce(happened, []) as happened
from _reviewed
join core.calls calls using (call_id)
join core.cases cases on cases.case_id = _reviewed.case_id
left join spoken using (call_id)
left join happened using (call_id)
order by case_id, calls.started_at, call_id
