-- intervals_hold_their_value | table: mart/kpi_week | when: built | severity: error | why: an interval beside its value says that value or interval is of something else
select week, metric, dimension, segment, ci_low, value, ci_high
from mart.kpi_week
where not (value between ci_low - 1e-9 and ci_high + 1e-9) or coverage not between 0 and 1
    or completeness not between 0 and 1 or n < 0 or isnan(value) or isinf(value)
