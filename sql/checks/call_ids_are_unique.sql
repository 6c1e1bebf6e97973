-- call_ids_are_unique | table: core/calls | when: built | severity: error | why: a call that stands twice is counted twice in every number
select call_id, count(*) as copies
from core.calls
group by call_id
having count(*) > 1
