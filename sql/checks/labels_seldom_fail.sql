-- labels_seldom_fail | table: core/labels | when: published | severity: warning | why: more labels of a recent week failed than quality.warn_label_failure_share
select week, count(*) filter (status in ('refused', 'truncated', 'invalid', 'error')) as failed, count(*) as calls
from core.labels join core.calls using (call_id)
where is_current and eligible and week >= (select max(week) - 28 from core.calls)
group by week
having failed > $warn_label_failure_share * calls
