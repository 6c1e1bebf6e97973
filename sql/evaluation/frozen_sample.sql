-- The frozen sample: the $size labeled calls whose ids have the smallest hash; it is the same at every evaluation, until
-- a call with a smaller one comes.
-- in: core.labels, core.calls   params: $version, $weeks (Mondays; none: all), $size (calls)
select labels.call_id, calls.call_date, labels.status, outcome, sentiment, nps_predicted
from core.labels labels join core.calls calls using (call_id)
where labeler_version = $version and status = 'ok' and (len($weeks::date[]) = 0 or list_contains($weeks::date[], week))
order by sha256(labels.call_id), labels.call_id
limit $size
