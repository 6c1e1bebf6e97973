-- labels_do_not_fail_widely | table: core/labels | when: published | severity: error | why: more labels of a recent week failed than quality.max_label_failure_share; its rates would rest on the rest
-- Weeks below min_n calls are not judged: their rates are suppressed, and one failure would be a large share.
select week, count(*) filter (status in ('refused', 'truncated', 'invalid', 'error')) as failed, count(*) as calls
from core.labels join core.calls using (call_id)
where is_current and eligible and week >= (select max(week) - 28 from core.calls)
group by week
having calls >= $min_n and failed > $max_label_failure_share * calls
