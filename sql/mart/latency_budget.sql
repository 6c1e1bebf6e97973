-- mart.latency_budget: one row per week, band and component: where the time of a typical and of a slow answer goes.
-- in: _facts_turn   units: *_ms milliseconds
-- The band p50 holds the headline turns whose time to first token lies between the quantiles 0.45 and 0.55 of the week,
-- p95 those between 0.94 and 0.96, edges included; where no turn lies between them, up to the two nearest turns.
-- mean_ms adds up to ttft_ms, the mean of the band, since all components are means over the same turns.  A part that a
-- turn does not have is in its unattributed rest; coverage: turns with that part (unattributed: with any part) / turns.
with counts as (
    select week, ttft_ms, count(*) as turns from _facts_turn where headline group by week, ttft_ms
),
ordered as (
    select *,
        sum(turns) over (partition by week order by ttft_ms) as running,
        sum(turns) over (partition by week)::bigint as total
    from counts
),
quantiles as (
    select week, band,
        counted_quantile(ttft_ms, running, total, low) as low_ms,
        counted_quantile(ttft_ms, running, total, high) as high_ms,
        counted_value(ttft_ms, running, floor(low * (total - 1))) as below_ms,
        counted_value(ttft_ms, running, ceil(high * (total - 1))) as above_ms
    from ordered, (values ('p50', 0.45, 0.55), ('p95', 0.94, 0.96)) bands(band, low, high)
    group by week, band
),
edges as (
    select week, band,
        case when bool_or(ttft_ms between low_ms and high_ms) then any_value(low_ms) else any_value(below_ms) end as low_ms,
        case when bool_or(ttft_ms between low_ms and high_ms) then any_value(high_ms) else any_value(above_ms) end as high_ms
    from quantiles join counts using (week)
    group by week, band
),
sums as (
    select week, band, low_ms, high_ms,
        count(*) as n,
        sum(ttft_ms) as ttft_ms,
        unnest([
            {'component': 'endpointing', 'total_ms': sum(endpointing_ms), 'known': count(endpointing_ms)},
            {'component': 'stt', 'total_ms': sum(stt_ms), 'known': count(stt_ms)},
            {'component': 'llm_ttft', 'total_ms': sum(llm_ttft_ms), 'known': count(llm_ttft_ms)},
            {'component': 'tool', 'total_ms': sum(tool_ms), 'known': count(tool_ms)},
            {'component': 'tts_ttfb', 'total_ms': sum(tts_ttfb_ms), 'known': count(tts_ttfb_ms)},
            {'component': 'unattributed', 'total_ms': sum(unattributed_ms),
                'known': count(coalesce(endpointing_ms, stt_ms, llm_ttft_ms, tool_ms, tts_ttfb_ms))}
        ], recursive := true)
    from edges
    join _facts_turn turns using (week)
    where turns.headline and turns.ttft_ms between low_ms and high_ms
    group by week, band, low_ms, high_ms
)
select
    week, band, component, n, low_ms, high_ms,
    ttft_ms / n as ttft_ms,
    coalesce(total_ms, 0)::bigint as total_ms,
    coalesce(total_ms, 0) / n as mean_ms,
    coalesce(total_ms, 0) / ttft_ms as share,
    known / n as coverage
from sums
order by all
