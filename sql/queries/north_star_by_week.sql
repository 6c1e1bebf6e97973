-- question: How did the north star and its two factors go, week by week?
-- metric: north_star, handled_rate, neutral_to_positive_rate
-- columns: iso_week, status, north_star, ci_low, ci_high, handled_rate, neutral_to_positive_rate, n, coverage
select
    iso_week, any_value(status) filter (metric = 'north_star') as status,
    any_value(value) filter (metric = 'north_star') as north_star,
    any_value(ci_low) filter (metric = 'north_star') as ci_low,
    any_value(ci_high) filter (metric = 'north_star') as ci_high,
    any_value(value) filter (metric = 'handled_rate') as handled_rate,
    any_value(value) filter (metric = 'neutral_to_positive_rate') as neutral_to_positive_rate,
    any_value(n) filter (metric = 'north_star') as n,
    any_value(coverage) filter (metric = 'north_star') as coverage
from mart.kpi_week
where dimension = 'all'
group by iso_week
order by iso_week
