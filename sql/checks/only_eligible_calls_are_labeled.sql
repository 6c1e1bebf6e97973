-- only_eligible_calls_are_labeled | table: core/labels | when: built | severity: error | why: the gate is decided by facts; a labeled call outside it was paid for and counts nowhere
select call_id, eligible, status
from core.labels join core.calls using (call_id)
where is_current and (status = 'gated') = eligible
