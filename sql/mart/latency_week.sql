-- mart.latency_week: one row per week, component, dimension and segment; percentiles pooled over turns.
-- in: _latency (by week)   params: $ttft_slo_target   units: *_ms milliseconds
-- error_budget_used: share of slow turns in the week and the three before it / the share that the target allows.
select
    period as week, _latency.* exclude (period),
    case when component = 'ttft' then
        (1 - sum(within_slo_turns) over four_weeks / nullif(sum(n) over four_weeks, 0))
        / nullif(1 - $ttft_slo_target::double, 0) end as error_budget_used
from _latency
window four_weeks as (
    partition by component, dimension, segment order by period range between interval 21 days preceding and current row
)
order by all
