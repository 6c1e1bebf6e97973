-- calls_lie_on_their_day | table: core/calls | when: built | severity: error | why: a call on the wrong day is rebuilt with the wrong day and counted twice or never
select call_id, started_at, call_date
from core.calls
where call_date <> timezone('UTC', started_at)::date
    or week <> week_in(started_at, $zone) or day <> day_in(started_at, $zone)
