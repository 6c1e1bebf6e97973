-- shares_are_shares | table: mart/kpi_week | when: built | severity: error | why: a numerator above its denominator means that rows were counted twice
select week, metric, dimension, segment, numerator, denominator
from mart.kpi_week
where (metric = 'north_star' or metric like '%\_rate' escape '\' or metric like '%\_share' escape '\')
    and not (numerator >= 0 and numerator <= denominator)
