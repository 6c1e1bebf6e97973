-- mart.ttft_nps: one row per band of waiting time: how the customers' answer is associated with it.
-- in: _case_waits (newest 13 weeks)   params: $min_n   units: *_ms milliseconds
-- A case is in the band of the 90th percentile of its callers' waits (the slow answers, yet not the longest wait alone,
-- which grows with the length of the case).  raw_share: neutral-to-positive cases (NPS 7 or more) / cases of the band,
-- Wilson interval.  standardised_share: what the band would show with the mix of use case, language and tool use of all
-- cases (direct standardisation): the sum over strata of their share of all cases x the share of neutral-to-positive
-- cases in the stratum and band.  A stratum counts in a band that has at least 10 cases of it; dropped_share is the
-- weight of the others.  Its variance takes (k + 1) / (n + 2) as the share of a cell, so that none has no variance.
with banded as (
    select *,
        case when wait_ms < 1250 then 0 when wait_ms < 1500 then 1250 when wait_ms < 1750 then 1500
            when wait_ms < 2000 then 1750 when wait_ms < 3000 then 2000 else 3000 end as low_ms
    from _case_waits
),
strata as (
    select use_case, language, uses_tools, count(*) / sum(count(*)) over () as weight
    from banded group by use_case, language, uses_tools
),
cells as (
    select low_ms, weight, count(*) as n, count(*) filter (surveyed) as surveyed,
        count(*) filter (neutral_to_positive) as good
    from banded join strata using (use_case, language, uses_tools)
    group by low_ms, use_case, language, uses_tools, weight
),
-- Doubles are sorted before they are added, so that a sum does not depend on the order of rows.
bands as (
    select low_ms,
        sum(n)::bigint as n, sum(surveyed)::bigint as surveyed, sum(good)::bigint as good,
        coalesce(list_sum(list_sort(list(weight) filter (n >= 10))), 0) as supported,
        list_sum(list_sort(list(weight * good / n) filter (n >= 10))) as weighted,
        list_sum(list_sort(list(weight ** 2 * (good + 1) / (n + 2) * (1 - (good + 1) / (n + 2)) / n) filter (n >= 10)))
            as variance
    from cells group by low_ms
),
estimated as (
    select *, weighted / nullif(supported, 0) as share,
        1.959963984540054 * sqrt(variance) / nullif(supported, 0) as half_width
    from bands
)
select
    names.band, names.low_ms, names.high_ms,
    (select min(week) from _case_waits) as from_week, (select max(week) from _case_waits) as to_week,
    coalesce(n, 0) as n, coalesce(surveyed, 0) as surveyed, coalesce(good, 0) as neutral_to_positive,
    case when n >= $min_n then good / n end as raw_share,
    case when n >= $min_n then wilson_low(good, n) end as raw_ci_low,
    case when n >= $min_n then wilson_high(good, n) end as raw_ci_high,
    case when n >= $min_n then share end as standardised_share,
    -- greatest and least pass over NULL
    case when n >= $min_n and share is not null then greatest(share - half_width, 0) end as standardised_ci_low,
    case when n >= $min_n and share is not null then least(share + half_width, 1) end as standardised_ci_high,
    1 - supported as dropped_share
from (values
    ('below 1.25 s', 0, 1250), ('1.25 to 1.5 s', 1250, 1500), ('1.5 to 1.75 s', 1500, 1750),
    ('1.75 to 2 s', 1750, 2000), ('2 to 3 s', 2000, 3000), ('3 s or more', 3000, null)
) names(band, low_ms, high_ms)
left join estimated using (low_ms)
order by low_ms
