-- question: How did the north star go month by month?
-- metric: north_star
-- columns: month, numerator, denominator, north_star, ci_low, ci_high, first_day, last_day
-- Days of final weeks, sums first and one division; the first and the last month may not be whole.
select date_trunc('month', day)::date as month, sum(numerator) as numerator, sum(denominator) as denominator,
    sum(numerator) / sum(denominator) as north_star,
    wilson_low(sum(numerator), sum(denominator)) as ci_low, wilson_high(sum(numerator), sum(denominator)) as ci_high,
    min(day) as first_day, max(day) as last_day
from mart.kpi_day
where metric = 'north_star' and dimension = 'all' and denominator > 0
    and week in (select week from mart.kpi_week where dimension = 'all' and status = 'final')
group by month
order by month
