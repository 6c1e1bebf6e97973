-- question: Was less handled, or was it liked less?
-- metric: handled_rate, neutral_to_positive_rate
-- columns: iso_week, handled_rate, handled_change, neutral_to_positive_rate, neutral_to_positive_change, north_star_change
-- The two effects at the mean of the other factor add up to the change of the observed north star, exactly.
with factors as (
    select week, iso_week,
        any_value(observed_value) filter (metric = 'handled_rate') as handled,
        any_value(observed_value) filter (metric = 'neutral_to_positive_rate') as positive
    from mart.kpi_week
    where dimension = 'all'
    group by week, iso_week
)
select iso_week, handled as handled_rate,
    (handled - lag(handled) over weeks) * (positive + lag(positive) over weeks) / 2 as handled_change,
    positive as neutral_to_positive_rate,
    (positive - lag(positive) over weeks) * (handled + lag(handled) over weeks) / 2 as neutral_to_positive_change,
    handled * positive - lag(handled * positive) over weeks as north_star_change
from factors
window weeks as (order by week)
order by week
