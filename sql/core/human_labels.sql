-- core.human_labels: one row per call or case and reviewer and sample (newest revision).
-- in: raw.human_labels, core.calls, core.case_calls.  A label of a call or case that is not here waits in raw.
select
    coalesce(call_source, source) || ':' || call_id as call_id,
    coalesce(call_source, source) || ':' || case_id as case_id,
    labeled_by, sample_id, sampling_probability, sentiment, outcome, handled, nps, labeled_at, source,
    attributes::varchar as attributes
from raw.human_labels labels
where coalesce(call_source, source) || ':' || labels.call_id in (select call_id from core.calls)
    or coalesce(call_source, source) || ':' || labels.case_id in (select case_id from core.case_calls)
qualify row_number() over (partition by identity order by revision desc, file_seq desc, line desc) = 1
order by call_id, case_id, labeled_by, sample_id
