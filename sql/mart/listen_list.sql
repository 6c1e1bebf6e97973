-- mart.listen_list: one row per picked call: at most ten calls of a week, by rule, for people to listen to.
-- in: _facts_call, _facts_case, _facts_turn, core.cases, core.labels, core.turns, core.tool_calls
-- params: $slo_ttft_ms, $min_n.  Nobody chooses: within a rule calls are ordered by md5(call_id || iso week), so the
-- same data give the same list.  A call is picked once, for the scarcest of its reasons; what the rules leave open goes
-- to other cases that failed, the last place to a call drawn at random, which keeps listeners calibrated.
-- turn_seq: where to start listening: the slow turn, the turn of the failed tool, else the caller's last words.
with cuts as (
    select week, 'use_case' as dimension, use_case as segment, handled_positive from _facts_case where counted and decided
    union all
    select week, 'agent_version', agent_version, handled_positive from _facts_case where counted and decided
    union all
    select week, 'language', language, handled_positive from _facts_case where counted and decided
),
segments as (
    select week, dimension, segment, count(*) as n, count(*) filter (handled_positive) / count(*) as rate,
        count(*) / sum(count(*)) over (partition by week, dimension) as share
    from cuts where segment is not null group by week, dimension, segment
),
drops as (
    select now.week, now.dimension, now.segment,
        (now.share + before.share) / 2 * (now.rate - before.rate) as effect,
        (now.share + before.share) / 2
            * sqrt(now.rate * (1 - now.rate) / now.n + before.rate * (1 - before.rate) / before.n) as se
    from segments now
    join segments before
        on before.week = now.week - 7 and before.dimension = now.dimension and before.segment = now.segment
    where now.n >= $min_n and before.n >= $min_n
),
drivers as (
    select * from drops where effect < -1.96 * se
    qualify row_number() over (partition by week order by effect, dimension, segment) = 1
),
worst_turns as (
    select call_id, first(seq order by ttft_ms desc, seq) as worst_turn_seq, max(ttft_ms) as worst_turn_ms
    from _facts_turn where headline group by call_id
),
last_words as (
    select call_id, max(seq) as last_words_seq from core.turns where speaker = 'caller' group by call_id
),
failed_tools as (
    select call_id, first(turn_seq order by turn_seq, tool_call_id) as tool_turn_seq,
        first(name order by turn_seq, tool_call_id) as failed_tool,
        first(error_type order by turn_seq, tool_call_id) as tool_error
    from core.tool_calls where status = 'failed' group by call_id
),
heard as (
    select calls.week, iso_week(calls.week) as iso_week, calls.call_id, calls.case_id, calls.started_at,
        calls.use_case, calls.agent_version, calls.language,
        cases.nps_score, cases.nps_source, cases.nps_class, labels.sentiment, labels.outcome,
        worst_turn_seq, worst_turn_ms, failed_tool, tool_error, tool_turn_seq, last_words_seq,
        md5(calls.call_id || iso_week(calls.week)) as draw,
        cases.decided and cases.handled_positive is false as failed,
        cases.nps_source = 'survey' and cases.nps_class = 'detractor' as is_detractor,
        coalesce(worst_turn_ms > $slo_ttft_ms, false) as is_slow,
        coalesce(labels.sentiment = 'positive' or labels.nps_predicted >= 9, false) as sounds_positive,
        coalesce(cases.handled and cases.recontacted and cases.last_call_id = calls.call_id, false) as came_back,
        coalesce(
            (drivers.dimension = 'use_case' and drivers.segment = cases.use_case)
            or (drivers.dimension = 'agent_version' and drivers.segment = cases.agent_version)
            or (drivers.dimension = 'language' and drivers.segment = cases.language), false
        ) as of_driver,
        drivers.segment as driver_segment
    from _facts_call calls
    join core.cases cases using (case_id)
    left join core.labels labels on labels.call_id = calls.call_id and labels.is_current
    left join drivers on drivers.week = calls.week
    left join worst_turns on worst_turns.call_id = calls.call_id
    left join failed_tools on failed_tools.call_id = calls.call_id
    left join last_words on last_words.call_id = calls.call_id
    where calls.eligible
),
reasoned as (
    select *,
        case
            when is_detractor and sounds_positive then 'label_disagrees'
            when is_detractor and is_slow then 'slow_and_detractor'
            when came_back then 'repeat_after_handled'
            when failed and failed_tool is not null then 'tool_failure'
            when failed and of_driver then 'driver_segment'
            when failed then 'failed_case'
            else 'random_control'
        end as reason
    from heard
),
quotas as (
    from (values (1, 'driver_segment', 3), (2, 'slow_and_detractor', 2), (3, 'label_disagrees', 2), (4, 'tool_failure', 1),
        (5, 'repeat_after_handled', 1), (6, 'failed_case', 9), (7, 'random_control', 1)) quotas(place, reason, quota)
),
within_rule as (
    select reasoned.*, quotas.place, quotas.quota,
        row_number() over (partition by week, reasoned.reason order by draw, call_id) as number
    from reasoned join quotas on quotas.reason = reasoned.reason
),
picked as (
    select *, row_number() over (partition by week order by reason = 'random_control', place, number) as position
    from within_rule where number <= quota
    qualify position <= 9 or reason = 'random_control'
)
select
    week, iso_week, row_number() over (partition by week order by place, number) as rank, call_id, case_id, reason,
    case
        when reason = 'slow_and_detractor' then worst_turn_seq
        when reason = 'tool_failure' then coalesce(tool_turn_seq, last_words_seq)
        else coalesce(last_words_seq, worst_turn_seq)
    end as turn_seq,
    started_at, use_case, agent_version, language, nps_score, nps_class, nps_source, sentiment, outcome,
    worst_turn_seq, worst_turn_ms, failed_tool, tool_error,
    case when reason = 'driver_segment' then driver_segment end as driver_segment
from picked
order by week, rank
