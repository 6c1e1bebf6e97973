-- reviewers_agree_as_before | table: core/human_labels | when: published | severity: warning | why: labels agree with reviewers less than before by more than quality.warn_agreement_drop; calls or labeler have drifted
-- the four newest weeks with reviews against the eight before, from 30 reviewed calls in each on
with reviewed as (
    select calls.week, labels.outcome = human_labels.outcome as agrees
    from core.human_labels join core.labels using (call_id) join core.calls using (call_id)
    where human_labels.outcome is not null and labels.is_current and labels.status = 'ok'
),
periods as (
    select week > (select max(week) - 28 from reviewed) as is_recent, count(*) as n, count(*) filter (agrees) as agreeing
    from reviewed where week > (select max(week) - 84 from reviewed) group by all
)
select recent.agreeing, recent.n, earlier.agreeing as agreeing_before, earlier.n as n_before
from periods recent join periods earlier on recent.is_recent and not earlier.is_recent
where recent.n >= 30 and earlier.n >= 30
    and earlier.agreeing / earlier.n - recent.agreeing / recent.n > $warn_agreement_drop
