-- calls_are_fresh | table: core/calls | when: published | severity: warning | why: no call has started for longer than quality.warn_age_h; a producer may have stopped delivering
select max(started_at) as newest_call
from core.calls
where started_at < $as_of
having max(started_at) < $as_of - to_hours($warn_age_h)
