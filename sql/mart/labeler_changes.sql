-- mart.labeler_changes: one row per change of the labeler version and question: what the change did to the level.
-- in: core.labels, core.calls   params: $frozen_sample_calls   units: shares 0 to 1
-- Both versions on the same calls: of those that both labeled, so many whose ids have the smallest hash, a sample that
-- stays as it is while its calls do. A frozen sample tells a new labeler from new customers.
with versions as (
    select labeler_version, min(labeled_at) as changed_at
    from core.labels where status = 'ok' group by labeler_version
),
changes as (
    select changed_at, labeler_version, lag(labeler_version) over (order by changed_at, labeler_version) as previous_version
    from versions
    qualify previous_version is not null
),
answers as (
    select call_id, labeler_version, outcome = 'resolved' as resolved, nps_predicted >= 7 as neutral_to_positive,
        resolved and neutral_to_positive as resolved_and_neutral_to_positive
    from core.labels join (select call_id from core.calls where eligible) using (call_id)
    where status = 'ok' and outcome <> 'unclear' and nps_predicted is not null
),
sample as (
    select changes.*, old, new
    from changes
    join answers new using (labeler_version)
    join answers old on old.call_id = new.call_id and old.labeler_version = changes.previous_version
    qualify row_number() over (partition by changed_at, labeler_version order by sha256(new.call_id), new.call_id)
        <= $frozen_sample_calls
),
asked as (
    select changed_at, previous_version, labeler_version, unnest([
        {question: 'resolved', before: old.resolved, after: new.resolved},
        {question: 'neutral_to_positive', before: old.neutral_to_positive, after: new.neutral_to_positive},
        {question: 'resolved_and_neutral_to_positive', before: old.resolved_and_neutral_to_positive,
            after: new.resolved_and_neutral_to_positive}
    ], recursive := true)
    from sample
),
counted as (
    select changed_at, previous_version, labeler_version, question, count(*) as n,
        count(*) filter (before) as previous_numerator, count(*) filter (after) as numerator,
        count(*) filter (after and not before) as became, count(*) filter (before and not after) as ceased
    from asked
    group by changed_at, previous_version, labeler_version, question
)
select changed_at, previous_version, labeler_version, question, n, previous_numerator, numerator,
    previous_numerator / n as previous_share, numerator / n as share, (became - ceased) / n as shift,
    least(shift, paired_low(became, ceased, n)) as shift_ci_low,
    greatest(shift, paired_high(became, ceased, n)) as shift_ci_high,
    (became + ceased) / n as flip_share
from counted
order by changed_at, labeler_version, question
