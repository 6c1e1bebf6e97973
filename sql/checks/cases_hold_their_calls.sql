-- cases_hold_their_calls | table: core/cases | when: built | severity: error | why: a case without the calls that belong to it counts a need twice or forgets it
select case_id, cases.all_calls, counted.calls
from core.cases
full join (select case_id, count(*) as calls from core.case_calls group by case_id) counted using (case_id)
where cases.all_calls is distinct from counted.calls
