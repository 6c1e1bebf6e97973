-- question: What does each estimator say of the north star, week by week, and why does one refuse?
-- metric: north_star
-- columns: iso_week, estimator, is_headline, status, value, ci_low, ci_high, n, reason
select strftime(week, '%G-W%V') as iso_week, estimator, is_headline, status, value, ci_low, ci_high, n, reason
from mart.north_star_estimates
where dimension = 'all'
order by week desc, is_headline desc, estimator
