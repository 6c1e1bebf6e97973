-- mart.state_week: one row per week, measure and kind: interruptions, silence, drops, reconnects, handovers, end reasons.
-- in: _state_counts, _state_sources
-- share is numerator / denominator over calls that can know it; coverage is their part of the calls that the measure is
-- about.  A call can know what its source ever delivered, or what stands in the call itself (docs/state.md).
with kinds as (
    select distinct week, measure, kind from _state_counts
),
-- a source without a call of a class still has its calls without it
counts as (
    select week, measure, kinds.kind, source, told_by, coalesce(classes.numerator, 0) as numerator, denominator,
        known_calls, calls
    from kinds
    join (select * exclude (kind, numerator) from _state_counts where kind = 'all') totals using (week, measure)
    left join (select week, measure, kind, source, numerator from _state_counts) classes using (week, measure, kind, source)
    union all
    select week, measure, kind, source, told_by, numerator, denominator, known_calls, calls
    from _state_counts where measure in ('interruption', 'dead_air')
),
summed as (
    select week, measure, kind,
        coalesce(sum(numerator) filter (tells), 0)::bigint as numerator,
        coalesce(sum(denominator) filter (tells), 0)::bigint as denominator,
        coalesce(sum(known_calls) filter (tells), 0)::bigint as known_calls,
        sum(calls)::bigint as calls
    from (
        select *, told_by is null or (source, told_by) in (select (source, told_by) from _state_sources) as tells
        from counts
    )
    group by week, measure, kind
)
select week, measure, kind, numerator, denominator, numerator / nullif(denominator, 0) as share,
    case when numerator <= denominator then wilson_low(numerator, denominator) end as ci_low,
    case when numerator <= denominator then wilson_high(numerator, denominator) end as ci_high,
    known_calls, calls, known_calls / nullif(calls, 0) as coverage
from summed
order by week, measure, kind
