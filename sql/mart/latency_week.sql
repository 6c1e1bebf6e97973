-- mart.latency_week: one row per week, component, dimension and segment; percentiles pooled over turns.
-- in: _facts_turn   params: $slo_ttft_ms   units: *_ms milliseconds
-- coverage: turns with a value / turns that have a time to first token (for ttft: / turns that answer a caller).
with parts as (
    select week, headline, answers,
        coalesce(use_case, 'unknown') as use_case, coalesce(agent_version, 'unknown') as agent_version,
        coalesce(language, 'unknown') as language, coalesce(channel, 'unknown') as channel, source,
        unnest([
            {'component': 'ttft', 'value_ms': ttft_ms}, {'component': 'endpointing', 'value_ms': endpointing_ms},
            {'component': 'stt', 'value_ms': stt_ms}, {'component': 'llm_ttft', 'value_ms': llm_ttft_ms},
            {'component': 'tool', 'value_ms': tool_ms}, {'component': 'tts_ttfb', 'value_ms': tts_ttfb_ms},
            {'component': 'unattributed', 'value_ms': unattributed_ms}
        ]) as part
    from _facts_turn
)
select
    week,
    part.component as component,
    case
        when grouping(use_case) = 0 then 'use_case' when grouping(agent_version) = 0 then 'agent_version'
        when grouping(language) = 0 then 'language' when grouping(channel) = 0 then 'channel'
        when grouping(source) = 0 then 'source' else 'all'
    end as dimension,
    case
        when grouping(use_case) = 0 then use_case
        when grouping(agent_version) = 0 then agent_version
        when grouping(language) = 0 then language
        when grouping(channel) = 0 then channel
        when grouping(source) = 0 then source else 'all'
    end as segment,
    count(part.value_ms) filter (headline) as n,
    quantile_cont(part.value_ms, 0.50) filter (headline) as p50_ms,
    quantile_cont(part.value_ms, 0.90) filter (headline) as p90_ms,
    quantile_cont(part.value_ms, 0.95) filter (headline) as p95_ms,
    quantile_cont(part.value_ms, 0.99) filter (headline) as p99_ms,
    count(part.value_ms) filter (headline)
        / nullif(count(*) filter (case when part.component = 'ttft' then answers else headline end), 0) as coverage,
    case when part.component = 'ttft' then
        count(*) filter (headline and part.value_ms <= $slo_ttft_ms) / nullif(count(*) filter (headline), 0) end as slo_share
from parts
group by grouping sets (
    (week, part.component), (week, part.component, use_case), (week, part.component, agent_version),
    (week, part.component, language), (week, part.component, channel), (week, part.component, source)
)
order by all
