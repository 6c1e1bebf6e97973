-- core.surveys: one row per survey (newest revision), joined to its case.  in: raw.surveys, core.case_calls, _case_frames
-- A survey counts if it is nps, answered after the case's first call started and before the case's last judgement, and
-- is the latest such answer of its case (tie: the greater id); every other one says why it does not.
with newest as (
    select * from raw.surveys
    qualify row_number() over (partition by identity order by revision desc, file_seq desc, line desc) = 1
),
referenced as (
    select *,
        coalesce(call_source, source) || ':' || call_id as named_call_id,
        coalesce(call_source, source) || ':' || case_id as named_case_id
    from newest
),
of_case as (
    select referenced.* exclude (call_id, case_id),
        referenced.source || ':' || id as survey_id,
        case_calls.call_id as call_id,
        coalesce(named.case_id, case_calls.case_id) as case_id
    from referenced
    left join _case_frames named on named.case_id = referenced.named_case_id
    left join core.case_calls on case_calls.call_id = referenced.named_call_id
),
judged as (
    select of_case.*,
        case
            when instrument <> 'nps' then 'not_nps'
            when score is null then 'unanswered'
            when of_case.case_id is null then 'unknown_case'
            when not frames.eligible then 'ineligible_case'
            when answered_at <= frames.opened_at then 'before_case'
            when answered_at >= frames.horizon then 'too_late'
        end as reason
    from of_case left join _case_frames frames using (case_id)
),
ranked as (
    select *, case when reason is null then
        row_number() over (partition by case_id, reason order by answered_at desc, survey_id desc) end as place
    from judged
)
select
    survey_id, call_id, case_id, instrument, score, source, channel,
    case when instrument = 'nps' then
        case when score >= 9 then 'promoter' when score >= 7 then 'passive' when score >= 0 then 'detractor' end
    end as nps_class,
    answered_at, invited_at, sampling_probability,
    reason is not null or place > 1 as excluded,
    coalesce(reason, case when place > 1 then 'superseded_by_later' end) as excluded_reason,
    named_call_id, named_case_id,
    attributes::varchar as attributes
from ranked
order by survey_id
