-- calls_end_after_they_start | table: core/calls | when: built | severity: error | why: a call that ends before it starts pulls every duration and price down unseen
select call_id, started_at, ended_at, duration_s
from core.calls
where ended_at < started_at or duration_s <= 0 or answered_at < started_at or answered_at > ended_at
