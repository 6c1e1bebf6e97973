-- core.audit_samples: one row per drawn case of an audit sample.  in: raw.audit_samples, core.human_labels
select samples.* exclude (day), count(distinct labels.labeled_by) as reviewers
from raw.audit_samples samples
left join core.human_labels labels using (sample_id, case_id)
group by all
order by sample_id, case_id
