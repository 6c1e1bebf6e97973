-- each_number_stands_once | table: mart/kpi_week | when: built | severity: error | why: two rows for one number leave it to chance which one is read
select week, metric, dimension, segment, count(*) as copies
from mart.kpi_week
group by week, metric, dimension, segment
having count(*) > 1
