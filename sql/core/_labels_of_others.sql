-- Rows of other labeler versions for the calls that still exist: versions stand side by side, one of them is current.
-- in: core.labels, core.calls, no_labels (all columns, no row)   params: $version
select * from no_labels
union all by name
select labels.* replace (false as is_current, calls.call_date as call_date)
from core.labels labels join core.calls calls using (call_id)
where labels.labeler_version <> $version
