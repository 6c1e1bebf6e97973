-- _case_waits: one row per settled case with a known NPS class: how long its caller had to wait for answers.
-- in: _facts_case, _facts_turn, _facts_tool_call, core.calls   units: *_ms milliseconds
-- wait_ms: 90th percentile of the time to first token of the headline turns in its eligible calls within 168 h of the
-- first one.
with turns as (
    select cases.case_id, ttft_ms,
        row_number() over (partition by cases.case_id order by ttft_ms) as running,
        count(*) over (partition by cases.case_id) as total
    from _facts_turn turns
    join _facts_case cases using (case_id)
    join core.calls calls using (call_id)
    where turns.headline and calls.started_at < cases.opened_at + interval 168 hours
),
tools as (
    select case_id
    from _facts_tool_call tools join _facts_case cases using (case_id)
    where tools.started_at < cases.opened_at + interval 168 hours
),
waits as (
    select case_id, counted_quantile(ttft_ms, running, total, 0.9) as wait_ms from turns group by case_id
)
select case_id, week, coalesce(use_case, 'unknown') as use_case, coalesce(language, 'unknown') as language,
    case_id in (select case_id from tools) as uses_tools,
    nps_source = 'survey' as surveyed,
    nps_class <> 'detractor' as neutral_to_positive,
    wait_ms
from _facts_case
join waits using (case_id)
where counted and nps_class is not null
