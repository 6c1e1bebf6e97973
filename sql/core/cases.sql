-- core.cases: one row per case.  in: core.calls, core.case_calls, core.labels, core.surveys, raw.cases, _case_frames
-- params: $as_of   units: cost_usd US dollars (exact decimal), minutes connected minutes
-- Unknown is never no: a case without a known outcome or NPS class is undecided and in no numerator or denominator.
with members as (
    select frames.case_id, frames.opened_at as first_started_at, calls.*,
        calls.eligible and calls.started_at < frames.window_end and calls.started_at < frames.horizon as counts
    from _case_frames frames
    join core.case_calls using (case_id)
    join core.calls using (call_id)
),
totals as (
    select case_id,
        count(*) filter (counts) as calls,
        count(*) as all_calls,
        count(*) filter (eligible and not counts) as later_calls,
        arg_max(call_id, (started_at, call_id)) filter (counts) as last_call_id,
        coalesce(bool_or(handover = 'completed') filter (counts), false) as handed_over,
        sum(cost_usd) as cost_usd,
        bool_and(cost_known) filter (connected) as cost_known,
        sum(duration_s) as connected_s
    from members group by case_id
),
stated as (
    select case_id, handled, closed_at
    from (
        select *, coalesce(call_source, source) || ':' || id as case_id from raw.cases
        qualify row_number() over (partition by identity order by revision desc, file_seq desc, line desc) = 1
    )
    -- two ticket systems may speak of one case: the same rule decides between them
    qualify row_number() over (partition by case_id order by revision desc, file_seq desc, line desc) = 1
),
recontacts as (
    select distinct frames.case_id
    from _case_frames frames
    join core.calls calls on calls.customer_key = frames.customer_key and calls.use_case = frames.use_case
        and calls.eligible and calls.call_id <> frames.first_call_id
        and calls.started_at >= frames.opened_at
        and calls.started_at < frames.window_end and calls.started_at < frames.horizon
    join core.case_calls on case_calls.call_id = calls.call_id and not continues_dropped_call
),
answers as (
    select case_id, score from core.surveys where not excluded
),
invitations as (
    select distinct surveys.case_id
    from core.surveys join _case_frames frames using (case_id)
    where surveys.instrument = 'nps' and (surveys.invited_at < frames.horizon or (invited_at is null and score is null))
),
known as (
    select frames.*, totals.* exclude (case_id),
        case when stated.closed_at is null or stated.closed_at < frames.horizon then stated.handled end as stated_handled,
        labels.outcome, labels.nps_predicted, labels.positive_probability, labels.topic, labels.labeler_version,
        coalesce(labels.selection_probability, 1.0) as selection_probability,
        answers.score::integer as nps_score,
        invitations.case_id is not null as invited,
        frames.eligible and recontacts.case_id is not null as recontacted
    from _case_frames frames
    join totals using (case_id)
    left join stated using (case_id)
    left join core.labels labels on labels.call_id = totals.last_call_id and labels.is_current and labels.status = 'ok'
    left join answers using (case_id)
    left join invitations using (case_id)
    left join recontacts using (case_id)
),
judged as (
    select *,
        coalesce(stated_handled, case when outcome <> 'unclear' then outcome = 'resolved' end) as need_met,
        coalesce(nps_score, nps_predicted) as nps
    from known
)
select
    case_id, case_key_source, eligible, opened_at, week, day, calls, all_calls, later_calls, first_call_id, last_call_id,
    eligible and $as_of >= window_end as settled,
    day_settled, week_final,
    need_met is not null and nps is not null as decided,
    need_met and not handed_over as handled,
    case when stated_handled is not null then 'stated' when need_met is not null then 'label' end as handled_source,
    case when handed_over then 'human' when need_met then 'agent' when not need_met then 'nobody' end as handled_by,
    recontacted, invited,
    nps_score, nps_predicted, positive_probability,
    case when nps_score is not null then 'survey' when nps_predicted is not null then 'inferred' else 'none' end as nps_source,
    case when nps >= 9 then 'promoter' when nps >= 7 then 'passive' when nps >= 0 then 'detractor' end as nps_class,
    case when need_met is not null and nps is not null then need_met and not handed_over and nps >= 7 end
        as handled_positive,
    selection_probability, labeler_version,
    use_case, agent_version, language, channel, source, topic,
    cost_usd, coalesce(cost_known, false) as cost_known,
    (connected_s / 60)::decimal(38, 15) as minutes,
    customer_key
from judged
order by case_id
