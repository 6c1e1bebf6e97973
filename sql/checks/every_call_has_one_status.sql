-- every_call_has_one_status | severity: error | why: a call without a labeling status is neither counted nor missing
select call_id, count(labels.status) as statuses
from core.calls left join core.labels using (call_id)
where labels.is_current or labels.call_id is null
group by call_id
having count(labels.status) <> 1
