-- One row per question and pair of answers: how two labeler versions answer about the calls that both have labeled.
-- in: core.labels, core.calls   params: $version, $against, $weeks (Mondays; none: all)
with answers as (
    select call_id, labeler_version, outcome, sentiment,
        case
            when nps_predicted is null then 'unclear' when nps_predicted >= 7 then 'neutral_to_positive' else 'detractor'
        end as nps_class
    from core.labels join core.calls calls using (call_id)
    where status = 'ok' and labeler_version in ($version, $against)
        and (len($weeks::date[]) = 0 or list_contains($weeks::date[], week))
),
tall as (unpivot answers on outcome, sentiment, nps_class into name question value answer)
select question, old.answer as before, new.answer as after, count(*) as n
from tall old join tall new using (call_id, question)
where old.labeler_version = $against and new.labeler_version = $version
group by all
order by all
