-- unknown_values_are_rare | table: core/calls | when: published | severity: warning | why: more than one call in twenty carries a value that the format does not know; a producer may have changed
select week, received_end_reason, count(*) as calls
from core.calls
where end_reason = 'unknown' and received_end_reason is not null
group by week, received_end_reason
having count(*) > 0.05 * (select count(*) from core.calls others where others.week = calls.week)
