-- north_star_is_its_factors | table: mart/kpi_week | when: built | severity: error | why: the north star is handled_rate x neutral_to_positive_rate, exactly
select week, dimension, segment, north_star.observed_value as north_star
from mart.kpi_week north_star
join mart.kpi_week handled using (week, dimension, segment)
join mart.kpi_week liked using (week, dimension, segment)
where north_star.metric = 'north_star' and handled.metric = 'handled_rate'
    and liked.metric = 'neutral_to_positive_rate' and handled.numerator > 0
    and abs(north_star.observed_value - handled.observed_value * liked.observed_value) > 1e-12
