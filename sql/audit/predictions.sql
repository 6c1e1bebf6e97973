-- _predictions: one row per settled eligible case: what the labeler predicts of it, without surveys and tickets.
-- in: core.cases, core.labels
-- predicted: handled with NPS 7 or more (yes, no), or undecided    probability: of yes, NULL without a label
-- band: sure where the prediction has a probability of at least 0.8
with predicted as (
    select cases.case_id, cases.week, labels.labeler_version,
        case
            when coalesce(labels.outcome, 'unclear') = 'unclear' or labels.nps_predicted is null then 'undecided'
            when handled_by is distinct from 'human' and labels.outcome = 'resolved' and labels.nps_predicted >= 7 then 'yes'
            else 'no'
        end as predicted,
        case when handled_by = 'human' then 0.0
            else labels.resolved_probability * labels.positive_probability end as probability
    from core.cases cases
    left join core.labels labels on labels.call_id = cases.last_call_id and labels.is_current and labels.status = 'ok'
    where cases.eligible and cases.settled
)
select *,
    case when predicted <> 'undecided'
        then case when if(predicted = 'yes', probability, 1 - probability) >= 0.8 then 'sure' else 'unsure' end
    end as band
from predicted
