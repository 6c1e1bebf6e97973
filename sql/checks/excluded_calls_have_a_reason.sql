-- excluded_calls_have_a_reason | table: core/calls | when: built | severity: error | why: every exclusion is counted by its reason; without one it is a lost call
select call_id, eligible, ineligible_reason
from core.calls
where eligible is null or eligible <> (ineligible_reason is null)
