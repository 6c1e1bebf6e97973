-- mart.north_star_estimates: one row per week, dimension, segment and estimator.  in: _estimates
-- Values are shares, 0 to 1.  A row without a value says why in status and reason.
select week, iso_week(week) as iso_week, * exclude (week)
from _estimates
order by week, dimension, segment, estimator
