-- _star_cases: one row per counted case: what the estimators of the north star look at.  in: _facts_case, _star_answers
-- good: handled and neutral to positive as counted (survey, else label); NULL while undecided.  liked, labelled_liked:
-- NPS of 7 or more by the survey and by the label alone.  label_weight: weight of a case of which the label is looked at.
select week, case_id, labeler_version, weight, (1 / selection_probability)::decimal(38, 12) as label_weight,
    coalesce(use_case, 'unknown') as use_case, coalesce(agent_version, 'unknown') as agent_version,
    coalesce(language, 'unknown') as language, coalesce(channel, 'unknown') as channel, source,
    decided,
    decided and handled as handled,
    handled_positive as good,
    handled as met,
    decided and nps_source = 'survey' as surveyed,
    nps_predicted >= 7 as labelled_liked,
    nps_score >= 7 as liked,
    answers.unasked_score >= 7 as unasked_liked,
    answers.arm_score >= 7 as arm_liked,
    answers.arm_probability
from _facts_case
left join _star_answers answers using (case_id)
where counted
