-- every_call_has_one_status | table: core/labels | when: built | severity: error | why: a call without a labeling status is neither counted nor missing
select calls.call_id, count(labels.status) as statuses
from core.calls left join core.labels on labels.call_id = calls.call_id and labels.is_current
group by calls.call_id
having count(labels.status) <> 1
