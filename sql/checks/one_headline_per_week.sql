-- one_headline_per_week | table: mart/north_star_estimates | when: built | severity: error | why: two headlines would publish two numbers for one week
select week, dimension, segment, count(*) as headlines
from mart.north_star_estimates where is_headline
group by all
having count(*) > 1
