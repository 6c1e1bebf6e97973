-- _star_answers: one row per case with a survey answer in time: what it said unasked, and what the random arm got.
-- in: core.surveys.  arm_*: answers of the random call-back arm (those with a sampling_probability).
select case_id,
    arg_max(score, (answered_at, survey_id)) filter (sampling_probability is null) as unasked_score,
    arg_max(score, (answered_at, survey_id)) filter (sampling_probability is not null) as arm_score,
    arg_max(sampling_probability, (answered_at, survey_id)) filter (sampling_probability is not null) as arm_probability
from core.surveys
where not excluded or excluded_reason = 'superseded_by_later'
group by case_id
