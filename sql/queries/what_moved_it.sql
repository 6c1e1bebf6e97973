-- question: Which segments moved the north star since the week before: by mix, by handling or by liking?
-- metric: north_star
-- columns: iso_week, dimension, segment, mix_effect, handled_effect, nps_effect, total_effect, se, q_value, is_simpson
select strftime(week, '%G-W%V') as iso_week, dimension, segment, mix_effect, handled_effect, nps_effect, total_effect,
    se, q_value, is_simpson
from mart.north_star_drivers
where week = (select max(week) from mart.north_star_drivers)
order by dimension <> 'all', dimension, abs(total_effect) desc, segment
