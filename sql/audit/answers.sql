-- One row per sample, case and reviewer: the newest answer, run or not yet run over.
-- in: raw.audit_samples, raw.human_labels   params: $samples
select labels.sample_id, coalesce(call_source, source) || ':' || labels.case_id as case_id, labeled_by,
    case when handled then 'yes' when not handled then 'no' else 'cannot tell' end as handled,
    case when nps >= 9 then 'promoter' when nps >= 7 then 'passive' when nps >= 0 then 'detractor' else 'cannot tell' end
        as nps_class
from raw.human_labels labels
join raw.audit_samples samples on samples.sample_id = labels.sample_id
    and samples.case_id = coalesce(call_source, source) || ':' || labels.case_id
where labels.sample_id in (select unnest($samples::varchar[]))
qualify row_number() over (partition by identity order by revision desc, file_seq desc, line desc) = 1
order by 1, 2, 3
