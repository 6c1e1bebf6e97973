-- _latency: one row per period, component, dimension and segment; percentiles pooled over turns.
-- in: _period_turns (_facts_turn with the column period, a week or a day)   params: $slo_ttft_ms   units: *_ms milliseconds
-- Turns are those of the headline (measured values where the week has any, else derived); dimension ttft_source sets
-- measured and derived values apart, dimension tool_turn turns with and without a tool call.
-- coverage: turns with a value / turns that have a time to first token (for ttft: / turns that answer a caller).
-- valid_share: turns with a valid time to first token, measured or derived / turns that answer a caller.
with parts as (
    select period, headline, ttft_valid, answers,
        coalesce(use_case, 'unknown') as use_case, coalesce(agent_version, 'unknown') as agent_version,
        coalesce(language, 'unknown') as language, coalesce(channel, 'unknown') as channel, source,
        coalesce(ttft_source, 'none') as ttft_source, case when tool_turn then 'tool' else 'no_tool' end as tool_turn,
        unnest([
            {'component': 'ttft', 'value_ms': ttft_ms}, {'component': 'endpointing', 'value_ms': endpointing_ms},
            {'component': 'stt', 'value_ms': stt_ms}, {'component': 'llm_ttft', 'value_ms': llm_ttft_ms},
            {'component': 'tool', 'value_ms': tool_ms}, {'component': 'tts_ttfb', 'value_ms': tts_ttfb_ms},
            {'component': 'unattributed', 'value_ms': unattributed_ms}
        ], recursive := true)
    from _period_turns
),
-- A histogram of whole milliseconds; turns without a value are its row with a NULL.
counts as (
    select period, component, value_ms,
        case
            when grouping(use_case) = 0 then 'use_case' when grouping(agent_version) = 0 then 'agent_version'
            when grouping(language) = 0 then 'language' when grouping(channel) = 0 then 'channel'
            when grouping(source) = 0 then 'source' when grouping(ttft_source) = 0 then 'ttft_source'
            when grouping(tool_turn) = 0 then 'tool_turn' else 'all'
        end as dimension,
        coalesce(use_case, agent_version, language, channel, source, ttft_source, tool_turn, 'all') as segment,
        count(*) filter (answers) as answers,
        count(*) filter (ttft_valid) as valid_turns,
        case when grouping(ttft_source) = 0 then count(*) filter (ttft_valid) else count(*) filter (headline) end as turns
    from parts
    group by grouping sets (
        (period, component, value_ms), (period, component, value_ms, use_case), (period, component, value_ms, agent_version),
        (period, component, value_ms, language), (period, component, value_ms, channel), (period, component, value_ms, source),
        (period, component, value_ms, ttft_source), (period, component, value_ms, tool_turn)
    )
),
ordered as (
    select *,
        sum(turns) over (partition by period, component, dimension, segment order by value_ms) as running,
        sum(turns) filter (value_ms is not null) over (partition by period, component, dimension, segment)::bigint as total
    from counts
),
summed as (
    select period, component, dimension, segment,
        coalesce(any_value(total), 0)::bigint as n,
        counted_quantile(value_ms, running, total, 0.50) as p50_ms,
        counted_quantile(value_ms, running, total, 0.90) as p90_ms,
        counted_quantile(value_ms, running, total, 0.95) as p95_ms,
        counted_quantile(value_ms, running, total, 0.99) as p99_ms,
        sum(turns) as with_ttft,
        sum(answers) as answers,
        sum(valid_turns) as valid_turns,
        case when component = 'ttft' then coalesce(sum(turns) filter (value_ms <= $slo_ttft_ms), 0) end as within_slo
    from ordered
    group by period, component, dimension, segment
)
select
    period, component, dimension, segment, n, p50_ms, p90_ms, p95_ms, p99_ms,
    n / nullif(case
        when component <> 'ttft' then with_ttft
        when dimension = 'ttft_source' then sum(answers) over (partition by period, component, dimension)
        else answers
    end, 0) as coverage,
    within_slo / nullif(n, 0) as slo_share,
    case when component = 'ttft' and dimension <> 'ttft_source' then valid_turns / nullif(answers, 0) end as valid_share,
    within_slo::bigint as within_slo_turns
from summed
qualify not (dimension = 'ttft_source' and segment = 'none')
