-- every_call_has_one_case | table: core/case_calls | when: built | severity: error | why: a call outside the case ledger is lost to the north star
select call_id, count(case_calls.case_id) as cases
from core.calls left join core.case_calls using (call_id)
group by call_id
having count(case_calls.case_id) <> 1
