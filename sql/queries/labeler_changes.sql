-- question: What did a change of the labeler do to the level of the numbers?
-- metric: north_star
-- columns: changed_on, previous_version, labeler_version, question, n, previous_share, share, shift, shift_ci_low, shift_ci_high
select changed_at::date as changed_on, previous_version, labeler_version, question, n, previous_share, share, shift,
    shift_ci_low, shift_ci_high
from mart.labeler_changes
order by changed_at, question
