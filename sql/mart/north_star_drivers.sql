-- mart.north_star_drivers: one row per final week, dimension and segment: what it did to the north star since the final
-- week before.  in: _drivers.  Effects are share points (0.01 is one point) and add up by dimension to the change of the
-- observed north star; in dimension all, `label_correction` is the step from there to the change of the published value.
select week, iso_week(week) as iso_week, * exclude (week)
from _drivers
order by week, dimension, segment
