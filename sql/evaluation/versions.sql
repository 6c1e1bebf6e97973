-- One row per labeler version: the one that most current rows have comes first.  in: core.labels
select labeler_version, any_value(labeler) as labeler, any_value(model) as model,
    count(*) filter (status = 'ok') as labels, count(*) filter (is_current) as current_labels
from core.labels
group by labeler_version
order by current_labels desc, max(labeled_at) desc, labeler_version
