-- estimates_are_shares | table: mart/north_star_estimates | when: built | severity: error | why: an estimate outside 0 to 1, or outside its own interval, is a wrong formula
select week, dimension, segment, estimator, value, ci_low, ci_high
from mart.north_star_estimates
where value is not null
    and not (0 <= ci_low and ci_low <= value + 1e-12 and value <= ci_high + 1e-12 and ci_high <= 1)
