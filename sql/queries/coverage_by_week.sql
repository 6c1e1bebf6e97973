-- question: How much of each number is known?
-- metric: north_star, label_coverage, survey_response_rate, cost_per_minute_usd, ttft_p50_ms
-- columns: iso_week, decided_share, label_coverage, survey_response_rate, priced_share, timed_share, bounds_low, bounds_high
select iso_week,
    any_value(coverage) filter (metric = 'north_star') as decided_share,
    any_value(value) filter (metric = 'label_coverage') as label_coverage,
    any_value(value) filter (metric = 'survey_response_rate') as survey_response_rate,
    any_value(coverage) filter (metric = 'cost_per_minute_usd') as priced_share,
    any_value(coverage) filter (metric = 'ttft_p50_ms') as timed_share,
    any_value(bounds_low) filter (metric = 'north_star') as bounds_low,
    any_value(bounds_high) filter (metric = 'north_star') as bounds_high
from mart.kpi_week
where dimension = 'all'
group by week, iso_week
order by week
