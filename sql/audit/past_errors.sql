-- One row per case that was audited since $since: what reviewers found less what was predicted.
-- in: _predictions, core.human_labels   params: $since (Monday of a week)
select predicted, band,
    (count(*) filter (handled and nps >= 7) / count(*) - coalesce(any_value(probability), 0.5))::double as error
from core.human_labels
join _predictions using (case_id)
where sampling_probability is not null and handled is not null and nps is not null and week >= $since
group by case_id, sample_id, predicted, band
order by case_id, sample_id
