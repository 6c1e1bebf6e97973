-- One row per question, call or case, and kind of sample: what people say beside what one labeler version says.
-- in: core.human_labels, core.calls, core.cases, core.labels   params: $version, $weeks (Mondays; none: all)
-- question: outcome, sentiment, nps_class of a call; handled, nps_class of a case, answered at its last eligible call
-- truth: what most reviewers say, NULL where they disagree    answer: NULL without a label of status ok
-- sampling_probability: of being drawn by any of the samples, NULL where nothing was drawn
with said as (
    select 'call' as unit, call_id as unit_id, sample_id, sampling_probability,
        outcome, sentiment, null as handled, if(nps >= 7, 'neutral_to_positive', 'detractor') as nps_class,
        nps
    from core.human_labels where call_id is not null
    union all
    select 'case', case_id, sample_id, sampling_probability, null, null, if(handled, 'handled', 'not_handled'),
        if(nps >= 7, 'neutral_to_positive', 'detractor'), nps
    from core.human_labels where case_id is not null
),
answered as (
    unpivot (select * replace (if(nps is null, null, nps_class) as nps_class) from said)
    on outcome, sentiment, handled, nps_class into name question value verdict
),
votes as (
    select question, unit, unit_id, sampling_probability is not null as drawn, verdict, count(*) as votes
    from answered group by all
),
draws as (
    select distinct question, unit, unit_id, sampling_probability is not null as drawn, sample_id, sampling_probability
    from answered
),
chances as (
    select question, unit, unit_id, drawn,
        if(count(*) = 1, max(sampling_probability), 1 - product(1 - sampling_probability)) as sampling_probability
    from draws group by all
),
truths as (
    select question, unit, unit_id, drawn,
        if(count(*) filter (votes = most) = 1, max(verdict) filter (votes = most), null) as truth
    from (select *, max(votes) over (partition by question, unit, unit_id, drawn) as most from votes)
    group by all
),
units as (
    select 'call' as unit, call_id as unit_id, call_id, call_date, week, use_case, language, channel, agent_version,
        false as handed_over
    from core.calls
    union all
    select 'case', cases.case_id, calls.call_id, calls.call_date, cases.week, cases.use_case, cases.language,
        cases.channel, cases.agent_version, coalesce(handled_by = 'human', false)
    from core.cases cases join core.calls calls on calls.call_id = cases.last_call_id
)
select question, unit, unit_id, call_id, call_date, drawn, truth, sampling_probability,
    use_case, language, channel, agent_version, if(kept_share < 1, 'cut', 'whole') as transcript,
    coalesce(status, 'not labeled') as status,
    if(status = 'ok', case question
        when 'outcome' then outcome
        when 'sentiment' then sentiment
        when 'nps_class' then case
            when nps_predicted is null then 'unclear' when nps_predicted >= 7 then 'neutral_to_positive' else 'detractor'
        end
        else case
            when outcome = 'unclear' then 'unclear'
            when outcome = 'resolved' and not handed_over then 'handled' else 'not_handled'
        end
    end, null) as answer
from truths
join chances using (question, unit, unit_id, drawn)
join units using (unit, unit_id)
left join (
    select call_id, status, outcome, sentiment, nps_predicted, kept_share
    from core.labels where labeler_version = $version
) labels using (call_id)
where len($weeks::date[]) = 0 or list_contains($weeks::date[], week)
order by question, unit, drawn, unit_id
